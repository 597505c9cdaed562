import { z } from 'zod';
import type { NodeRegistry } from '../../../engine/compile/plan.ts';
import { NodeError } from '../../../engine/errors.ts';
import type { Item, JsonObject } from '../../../engine/item.ts';
import {
  defineNode,
  type NodeCall,
  type NodeResult,
  type NodeType,
} from '../../../engine/nodes/define-node.ts';

type Written = Parameters<typeof defineNode<JsonObject>>[0];

/** A node type with loose parameters: what a test does not care about is filled in. */
export const aNodeType = (
  written: Pick<Written, 'type' | 'execute'> & Partial<Written>,
): NodeType<JsonObject> =>
  defineNode<JsonObject>({
    name: written.type,
    description: 'For tests.',
    category: 'test',
    icon: 'test',
    parameters: z.record(z.string(), z.json()),
    example: { parameters: {}, input: [], output: {} },
    ...written,
  });

export const aRegistry = (...types: readonly NodeType<JsonObject>[]): NodeRegistry =>
  new Map([...TYPES, ...types].map((type) => [type.type, type as unknown as NodeType]));

const main = (...items: readonly Item[]): NodeResult => ({ outputs: { main: items } });

const first = (call: NodeCall<JsonObject>): Item => call.items[0] ?? { json: {} };

/** Sends its item's url with the key, and answers with what came. */
const call = async (node: NodeCall<JsonObject>, method: string): Promise<NodeResult> => {
  const response = await node.ports.http.request({
    method,
    url: String(node.parameters.url),
    headers: { 'idempotency-key': node.idempotencyKey },
    maxRedirects: 0,
    timeoutMilliseconds: 1_000,
    maxResponseBytes: 1_000,
    signal: node.signal,
  });
  const body = JSON.parse(new TextDecoder().decode(response.body)) as JsonObject;
  if (response.status < 400) return main({ json: { ...first(node).json, ...body } });
  const wait = response.headers['retry-after'];
  throw new NodeError('http.status', `The server answered ${response.status}.`, {
    retryable: response.status >= 500,
    retryAfter: wait === undefined ? undefined : Number(wait),
  });
};

const TYPES: readonly NodeType<JsonObject>[] = [
  aNodeType({ type: 'start', trigger: 'manual', execute: (node) => main(...node.items) }),
  aNodeType({
    type: 'pass',
    execute: (node) => ({ outputs: { main: node.items }, pairing: { main: 'same' } }),
  }),
  aNodeType({
    type: 'set',
    mode: 'perItem',
    execute: (node) => main({ json: { ...first(node).json, ...node.parameters } }),
  }),
  aNodeType({
    type: 'add',
    mode: 'perItem',
    execute: (node) => main({ json: { ...first(node).json, n: Number(first(node).json.n ?? 0) + 1 } }),
  }),
  aNodeType({ type: 'send', mode: 'perItem', effect: 'write', execute: (node) => call(node, 'POST') }),
  aNodeType({ type: 'get', mode: 'perItem', effect: 'read', execute: (node) => call(node, 'GET') }),
  aNodeType({
    type: 'below',
    outputs: ['true', 'false'],
    mode: 'perItem',
    execute: (node) => {
      const port = Number(first(node).json.n) < Number(node.parameters.limit) ? 'true' : 'false';
      return { outputs: { [port]: node.items } };
    },
  }),
  aNodeType({
    type: 'merge',
    inputs: ['left', 'right'],
    execute: (node) =>
      main({
        json: Object.fromEntries(
          Object.entries(node.inputs).map(([port, items]) => [port, items.map((item) => item.json)]),
        ),
      }),
  }),
  aNodeType({
    type: 'collect',
    execute: (node) => main({ json: { all: node.items.map((item) => item.json) } }),
  }),
  aNodeType({
    type: 'split',
    execute: (node) =>
      main(
        ...Array.from({ length: Number(node.parameters.count) }, (_, i) => ({
          json: { ...first(node).json, i },
        })),
      ),
  }),
  aNodeType({
    type: 'respond',
    responds: true,
    execute: (node) => ({
      outputs: { main: node.items },
      response: { status: 200, headers: {}, body: { kind: 'json', value: node.parameters.body ?? null } },
    }),
  }),
];

export const testTypes: readonly string[] = TYPES.map(({ type }) => type);
