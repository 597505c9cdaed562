import type { AiPort } from '../../../engine/ai/port.ts';
import type { NodeErrorData } from '../../../engine/errors.ts';
import { makeFiles } from '../../../engine/files.ts';
import type { WorkflowResponse } from '../../../engine/interpreter/event.ts';
import type { BinaryRef, Item, JsonObject } from '../../../engine/item.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import type { AwsPort, CredentialData, HttpRequest, HttpResponse, SqlPort } from '../../../engine/ports.ts';
import { aDefinition, EXECUTION_ID, items, makeWorld } from '../engine-world.ts';

interface Setting {
  readonly type: string;
  readonly parameters?: JsonObject;
  /** The items of `main`. */
  readonly given?: readonly JsonObject[];
  /** The items of other inputs, by port. */
  readonly inputs?: Readonly<Record<string, readonly JsonObject[]>>;
  /** Files of the first item of `main`, by name. */
  readonly files?: Readonly<Record<string, GivenFile>>;
  readonly credential?: {
    readonly type: string;
    readonly data: CredentialData;
    readonly allowedHosts?: readonly string[];
  };
  readonly aws?: AwsPort;
  readonly ai?: AiPort;
  readonly sql?: SqlPort;
  readonly answer?: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
}

interface GivenFile {
  readonly content: string | Uint8Array;
  readonly mediaType?: string;
  readonly fileName?: string;
}

interface Outcome {
  /** By port, with their files. */
  readonly items: Readonly<Record<string, readonly Item[]>>;
  /** The bytes of a file that came out. */
  readonly read: (file: BinaryRef | undefined) => Promise<Buffer>;
  readonly outputs: Readonly<Record<string, readonly JsonObject[]>>;
  readonly pairing: unknown;
  readonly error: NodeErrorData | undefined;
  readonly response: WorkflowResponse | undefined;
  readonly requests: readonly HttpRequest[];
  /** How the execution ended. */
  readonly end: {
    readonly status: string;
    readonly error?: { readonly code: string; readonly message: string };
  };
}

/** Runs a built-in node in the interpreter, behind a manual trigger; what comes by ports is pinned to nodes before it. */
export const runNode = async ({
  type,
  parameters = {},
  given = [{}],
  inputs,
  files = {},
  credential,
  aws,
  ai,
  sql,
  answer,
}: Setting): Promise<Outcome> => {
  const requests: HttpRequest[] = [];
  const world = makeWorld({
    registry: nodeTypes,
    patience: 2_000,
    credentials: credential ? [{ id: 'cred_1', allowedHosts: [], ...credential }] : [],
    ...(aws && { aws }),
    ...(ai && { ai }),
    ...(sql && { sql }),
    ...(answer && {
      answer: (request) => {
        requests.push(request);
        return answer(request);
      },
    }),
  });
  const sources = Object.entries(inputs ?? {}).map(([port, jsons]) => [
    `from-${port}`,
    { type: 'flow.noop', pinnedItems: items(...jsons) as never },
  ]);
  const edges = inputs
    ? Object.keys(inputs).flatMap((port) => [`start -> from-${port}`, `from-${port} -> node.${port}`])
    : ['start -> node'];
  const definition = aDefinition(
    {
      start: { type: 'trigger.manual' },
      ...Object.fromEntries(sources),
      node: { type, parameters: parameters as never, ...(credential && { credentialId: 'cred_1' }) },
    },
    edges,
  );
  const own = makeFiles(
    { payloads: world.payloads, random: { id: () => `given-${made++}`, number: () => 0 } },
    EXECUTION_ID,
  );
  let made = 0;
  const binary: Record<string, BinaryRef> = {};
  for (const [name, { content, mediaType = 'application/octet-stream', fileName }] of Object.entries(files))
    binary[name] = await own.save(Buffer.from(content), { mediaType, fileName });
  await world.runToEnd(definition, {
    mode: 'test',
    trigger: { nodeId: 'start', items: withFiles(items(...given), binary) },
  });
  const events = world.events();
  const succeeded = events.findLast((event) => event.type === 'nodeSucceeded' && event.nodeId === 'node');
  const failed = events.findLast((event) => event.type === 'nodeFailed' && event.nodeId === 'node');
  const responded = events.find((event) => event.type === 'responded');
  const finished = events.findLast((event) => event.type === 'executionFinished');
  if (finished?.type !== 'executionFinished') throw new Error('The execution did not end.');
  const emitted = succeeded?.type === 'nodeSucceeded' ? succeeded.outputs : {};
  return {
    items: emitted,
    read: async (file) => {
      if (!file) throw new Error('There is no such file.');
      const chunks: Uint8Array[] = [];
      for await (const chunk of await own.open(file)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    outputs: Object.fromEntries(
      Object.entries(emitted).map(([port, each]) => [port, each.map(({ json }) => json)]),
    ),
    pairing: succeeded?.type === 'nodeSucceeded' ? succeeded.pairing : undefined,
    error: failed?.type === 'nodeFailed' ? failed.error : undefined,
    response: responded?.type === 'responded' ? responded.response : undefined,
    requests,
    end: finished,
  };
};

const withFiles = ([first, ...rest]: readonly Item[], binary: Readonly<Record<string, BinaryRef>>): Item[] =>
  first && Object.keys(binary).length > 0
    ? [{ ...first, binary }, ...rest]
    : [...(first ? [first] : []), ...rest];

/** What is said of a node's written parameters before anything runs. */
export const checkNode = (type: string, parameters: JsonObject) =>
  nodeTypes.get(type)?.check?.(parameters) ?? [];

export const answering = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): HttpResponse => ({ status, headers, body: new TextEncoder().encode(body), url: 'https://example.test/' });
