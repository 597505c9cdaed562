import type { NodeErrorData } from '../../../engine/errors.ts';
import type { WorkflowResponse } from '../../../engine/interpreter/event.ts';
import type { JsonObject } from '../../../engine/item.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import type { HttpRequest, HttpResponse } from '../../../engine/ports.ts';
import { aDefinition, items, makeWorld } from '../engine-world.ts';

interface Setting {
  readonly type: string;
  readonly parameters?: JsonObject;
  /** The items of `main`. */
  readonly given?: readonly JsonObject[];
  /** The items of other inputs, by port. */
  readonly inputs?: Readonly<Record<string, readonly JsonObject[]>>;
  readonly answer?: (request: HttpRequest) => HttpResponse;
}

interface Outcome {
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
  answer,
}: Setting): Promise<Outcome> => {
  const requests: HttpRequest[] = [];
  const world = makeWorld({
    registry: nodeTypes,
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
      node: { type, parameters: parameters as never },
    },
    edges,
  );
  await world.runToEnd(definition, {
    mode: 'test',
    trigger: { nodeId: 'start', items: items(...given) },
  });
  const events = world.events();
  const succeeded = events.findLast((event) => event.type === 'nodeSucceeded' && event.nodeId === 'node');
  const failed = events.findLast((event) => event.type === 'nodeFailed' && event.nodeId === 'node');
  const responded = events.find((event) => event.type === 'responded');
  const finished = events.findLast((event) => event.type === 'executionFinished');
  if (finished?.type !== 'executionFinished') throw new Error('The execution did not end.');
  return {
    outputs:
      succeeded?.type === 'nodeSucceeded'
        ? Object.fromEntries(
            Object.entries(succeeded.outputs).map(([port, each]) => [port, each.map(({ json }) => json)]),
          )
        : {},
    pairing: succeeded?.type === 'nodeSucceeded' ? succeeded.pairing : undefined,
    error: failed?.type === 'nodeFailed' ? failed.error : undefined,
    response: responded?.type === 'responded' ? responded.response : undefined,
    requests,
    end: finished,
  };
};

/** What is said of a node's written parameters before anything runs. */
export const checkNode = (type: string, parameters: JsonObject) =>
  nodeTypes.get(type)?.check?.(parameters) ?? [];

export const answering = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): HttpResponse => ({ status, headers, body: new TextEncoder().encode(body), url: 'https://example.test/' });
