import { availableParallelism } from 'node:os';
import { StartError } from './start-error.ts';

/** Everything the environment decides. Read once, when Stepwell starts. */
export interface Settings {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly hooksPort: number;
  /** Origins as others see them, when a proxy stands in front; null: those of the servers. */
  readonly apiUrl: string | null;
  readonly hooksUrl: string | null;
  readonly data: string;
  readonly setupToken: string | undefined;
  /** A DynamoDB of one's own instead of the embedded one. */
  readonly databaseEndpoint: string | undefined;
  readonly table: string;
  readonly allowedHosts: readonly string[];
  readonly allowedPorts: readonly number[];
  readonly workers: number;
  readonly heapMebibytes: number;
  readonly hungAfterMilliseconds: number;
  readonly logsAll: boolean;
  /** Starts held, as after copying a data folder back. */
  readonly hold: boolean;
}

export const readSettings = (env: Readonly<Record<string, string | undefined>>): Settings => {
  const port = integer(env, 'STEPWELL_PORT', 4100, 0, 65_535);
  return {
    host: env.STEPWELL_HOST || '127.0.0.1',
    port,
    hooksPort: integer(env, 'STEPWELL_HOOKS_PORT', port === 0 ? 0 : port + 1, 0, 65_535),
    apiUrl: origin(env, 'STEPWELL_API_URL'),
    hooksUrl: origin(env, 'STEPWELL_HOOKS_URL'),
    data: env.STEPWELL_DATA || '.stepwell',
    setupToken: env.STEPWELL_SETUP_TOKEN || undefined,
    databaseEndpoint: env.DYNAMODB_ENDPOINT || undefined,
    table: env.STEPWELL_TABLE || 'stepwell',
    allowedHosts: list(env.STEPWELL_ALLOW_HOSTS),
    allowedPorts: ports(env, 'STEPWELL_ALLOW_PORTS'),
    workers: integer(env, 'STEPWELL_WORKERS', Math.max(1, availableParallelism() - 1), 1, 64),
    heapMebibytes: integer(env, 'STEPWELL_HEAP_MIB', 512, 64, 65_536),
    hungAfterMilliseconds: integer(env, 'STEPWELL_HUNG_AFTER_SECONDS', 10, 1, 600) * 1_000,
    logsAll: env.STEPWELL_LOG === 'all',
    hold: env.STEPWELL_HOLD === 'true',
  };
};

type Environment = Parameters<typeof readSettings>[0];

const integer = (env: Environment, name: string, otherwise: number, min: number, max: number): number => {
  const written = env[name];
  if (written === undefined || written === '') return otherwise;
  const value = Number(written);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new StartError(`${name} must be a whole number from ${min} to ${max}, and is "${written}".`);
  return value;
};

const ports = (env: Environment, name: string): number[] =>
  list(env[name]).map((port) => integer({ [name]: port }, name, 0, 1, 65_535));

const origin = (env: Environment, name: string): string | null => {
  const written = env[name];
  if (!written) return null;
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new StartError(`${name} must be an origin like https://flows.example.com, and is "${written}".`);
  return url.origin;
};

const list = (written: string | undefined): string[] =>
  (written ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
