import { ROUTES } from '../shared/contracts/api.ts';
import type { Route } from '../shared/contracts/route.ts';
import type { Capability } from './capabilities.ts';

/** One function of the API: a folder below `functions/`, and what it may do. */
export interface Resource {
  readonly name: string;
  /** The first segments of the paths it serves, when it is not its name. */
  readonly paths?: readonly string[];
  readonly can: readonly Capability[];
  readonly memoryMebibytes?: number;
}

const SIGNED_IN = ['store', 'checkTokens'] as const;
/** Hashing a password takes 128 MiB and a CPU of its own for a moment. */
const HASHING_MEBIBYTES = 1_024;

/** The whole API as functions. A test holds it against the route table and against the handlers. */
export const RESOURCES: readonly Resource[] = [
  { name: 'health', can: ['rows'] },
  { name: 'docs', paths: ['openapi.json', 'docs'], can: ['rows'] },
  { name: 'setup', can: ['store'], memoryMebibytes: HASHING_MEBIBYTES },
  { name: 'auth', can: [...SIGNED_IN, 'signTokens'], memoryMebibytes: HASHING_MEBIBYTES },
  { name: 'me', can: SIGNED_IN, memoryMebibytes: HASHING_MEBIBYTES },
  {
    name: 'users',
    can: [...SIGNED_IN, 'payloads', 'credentials', 'startExecutions', 'schedules'],
    memoryMebibytes: HASHING_MEBIBYTES,
  },
  { name: 'api-keys', can: SIGNED_IN },
  { name: 'credentials', can: [...SIGNED_IN, 'payloads', 'credentials', 'awsNodes'] },
  { name: 'variables', can: [...SIGNED_IN, 'credentials'] },
  {
    name: 'workflows',
    can: [...SIGNED_IN, 'payloads', 'startExecutions', 'awaitExecutions', 'schedules'],
  },
  {
    name: 'executions',
    can: [...SIGNED_IN, 'payloads', 'startExecutions'],
  },
  {
    name: 'webhooks',
    can: [...SIGNED_IN, 'payloads', 'credentials', 'startExecutions'],
  },
  { name: 'schedules', can: [...SIGNED_IN, 'payloads', 'schedules'] },
  { name: 'events', can: [...SIGNED_IN, 'events'] },
  { name: 'operations', can: [...SIGNED_IN, 'payloads', 'startExecutions'] },
  { name: 'stats', can: [...SIGNED_IN, 'payloads'] },
  { name: 'nodes', can: SIGNED_IN },
  { name: 'ai', can: [...SIGNED_IN, 'payloads', 'credentials', 'bedrock', 'suggester'] },
  { name: 'ai-models', can: [...SIGNED_IN, 'payloads', 'credentials', 'bedrock'] },
  { name: 'templates', can: [...SIGNED_IN, 'payloads'] },
  { name: 'node-categories', can: SIGNED_IN },
];

/** The rows of the route table that a resource serves. */
export const routesOf = ({ name, paths = [name] }: Resource): readonly Route[] =>
  ROUTES.filter(({ path }) => paths.includes(path.split('/')[1] ?? ''));
