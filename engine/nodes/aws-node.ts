import { z } from 'zod';
import type { Item, Json, JsonObject } from '../item.ts';
import type { AwsAnswer, AwsPort, AwsService, FilePort, ResolvedCredential } from '../ports.ts';
import { defineNode, type NodeType } from './define-node.ts';

const common = {
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-central-1')
    .optional()
    .meta({
      title: 'Region',
      description: 'The credential’s, or the deployment’s, when left out.',
      examples: ['eu-central-1'],
    }),
};

type Common = z.output<z.ZodObject<typeof common>>;

export interface AwsWork {
  readonly item: Item;
  readonly idempotencyKey: string;
  readonly files: FilePort;
  readonly aws: AwsPort;
  /** What every call to AWS is made with. */
  readonly as: {
    readonly credential: ResolvedCredential | null;
    readonly region: string | undefined;
    readonly signal: AbortSignal;
  };
  /** Calls an operation of the node's own service. */
  send(operation: string, input: Readonly<Record<string, unknown>>): Promise<AwsAnswer>;
}

interface AwsNode<Shape extends z.ZodRawShape>
  extends Pick<NodeType, 'type' | 'name' | 'description' | 'icon' | 'example' | 'check'> {
  readonly service: AwsService;
  readonly shape: Shape;
  readonly effect: (given: z.output<z.ZodObject<Shape>>) => 'read' | 'write';
  readonly perform: (given: z.output<z.ZodObject<Shape>>, work: AwsWork) => Promise<readonly Item[]>;
}

/** A node for a service of AWS: it acts for each item, as its credential or as the deployment's role for nodes. */
export const defineAwsNode = <Shape extends z.ZodRawShape>(written: AwsNode<Shape>) => {
  const { service, shape, effect, perform, check, ...about } = written;
  return defineNode({
    ...about,
    category: 'AWS',
    mode: 'perItem',
    concurrency: 10,
    credentialTypes: ['aws'],
    effect,
    parameters: z.strictObject({ ...shape, ...common }) as unknown as z.ZodType<
      z.output<z.ZodObject<Shape>> & Common
    >,
    ...(check && { check }),
    execute: async ({
      parameters,
      items: [item = { json: {} }],
      ports,
      files,
      idempotencyKey,
      signal,
      credential,
    }) => {
      const as = { credential: await credential(), region: parameters.region, signal };
      const send: AwsWork['send'] = (operation, input) =>
        ports.aws.send({ ...as, service, operation, input });
      const work = { item, idempotencyKey, files, aws: ports.aws, as, send };
      return { outputs: { main: await perform(parameters, work) } };
    },
  });
};

/** What must be written for an operation, as problems of those that are missing. */
export const missing = (written: JsonObject, ...names: readonly string[]) =>
  names
    .filter((name) => written[name] === undefined || written[name] === '')
    .map((name) => ({ pointer: `/${name}`, message: 'is needed' }));

/** An answer as JSON: what only the SDK knows of it is left out, dates become texts, bytes base64. */
export const answerJson = ({ $metadata: _metadata, ...answer }: AwsAnswer): JsonObject =>
  JSON.parse(
    JSON.stringify(answer, (_name, value: unknown) => (value instanceof Set ? [...value] : value)),
  ) as JsonObject;

/** A text stays one; anything else is sent as JSON. */
export const textOf = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);
