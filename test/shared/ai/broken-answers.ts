import type { Json, JsonObject } from '../../../engine/item.ts';

/** What becomes of an answer: valid as it is, mended without asking, or invalid with this problem (or complaint). */
export interface Broken {
  readonly name: string;
  readonly input: Json;
  readonly becomes: 'valid' | RegExp;
}

const start: JsonObject = { id: 'start', name: 'Start', type: 'trigger.manual' };
const set: JsonObject = {
  id: 'set',
  name: 'Set',
  type: 'data.set',
  parameters: { fields: [{ name: 'a', value: 1 }] },
};
const edge: JsonObject = { source: 'start', target: 'set' };

const answer = (definition: Json, more: JsonObject = {}): JsonObject => ({
  name: 'W',
  explanation: 'Does it.',
  definition,
  needs: [],
  ...more,
});
const graph = (nodes: readonly Json[], edges: readonly Json[] = [edge], more: JsonObject = {}): JsonObject =>
  answer({ nodes, edges, ...more });
const withSet = (changes: JsonObject): JsonObject => graph([start, { ...set, ...changes }]);
const withParameters = (type: string, parameters: JsonObject): JsonObject => withSet({ type, parameters });

const mended: readonly (readonly [string, Json])[] = [
  [
    'no names',
    graph([
      { ...start, name: undefined as never },
      { id: 'set', type: 'data.set', parameters: {} },
    ]),
  ],
  ['empty names', graph([{ ...start, name: ' ' }, set])],
  [
    'the same name twice',
    graph([
      { ...start, name: 'Same' },
      { ...set, name: 'Same' },
    ]),
  ],
  ['ids with spaces', graph([{ ...start, id: 'the start' }, set], [{ source: 'the start', target: 'set' }])],
  ['no ids', graph([{ name: 'start', type: 'trigger.manual' }], [])],
  ['the same edge twice', graph([start, set], [edge, edge])],
  [
    'edges with default ports twice',
    graph([start, set], [edge, { ...edge, sourcePort: 'main', targetPort: 'main' }]),
  ],
  ['no edges where there are none', answer({ nodes: [start] })],
  ['no positions', graph([start, set])],
  ['positions that are none', graph([{ ...start, position: 'left' }, set])],
  [
    'an invented credential',
    withSet({ type: 'http.request', parameters: { url: 'https://a.example' }, credentialId: 'cred_made_up' }),
  ],
  ['pinned items', withSet({ pinnedItems: [{ json: { a: 1 } }] })],
  ['a version of a node type', withSet({ typeVersion: 99 })],
  ['needs that are no list', answer({ nodes: [start], edges: [] }, { needs: 'a key' })],
  [
    'needs of an unknown kind',
    answer({ nodes: [start], edges: [] }, { needs: [{ kind: 'secret', what: 'a key' }] }),
  ],
  ['no explanation', { name: 'W', definition: { nodes: [start], edges: [] } }],
  ['more than was asked for', answer({ nodes: [start], edges: [] }, { thoughts: 'hm' })],
  [
    'an API key in a header',
    withParameters('http.request', {
      url: 'https://a.example',
      headers: { authorization: 'Bearer sk-live-1234567890abcdefgh' },
    }),
  ],
  [
    'a token in an address',
    withParameters('http.request', {
      url: 'https://hooks.example/?token=ghp_abcdefghijklmnopqrstuvwxyz0123456789',
    }),
  ],
  ['an AWS key', withSet({ parameters: { fields: [{ name: 'k', value: 'AKIAIOSFODNN7EXAMPLE' }] } })],
];

const hopeless: readonly (readonly [string, Json, RegExp])[] = [
  ['null', null, /does not fit/],
  ['a text', 'Here is your workflow', /does not fit/],
  ['a list', [], /does not fit/],
  ['a number', 7, /does not fit/],
  ['no definition', { name: 'W', explanation: '' }, /definition/],
  ['a definition that is text', answer('{"nodes":[]}'), /definition/],
  ['a definition that is a list', answer([start]), /definition/],
  ['no name', { explanation: '', definition: { nodes: [] } }, /name/],
  ['an endless name', answer({ nodes: [start] }, { name: 'x'.repeat(300) }), /name/],
  ['200 kB of text', answer({ nodes: [start], notes: 'x'.repeat(260 * 1024) }), /larger than/],
  ['nothing at all', answer({}), /definition\.shape|nodes/],
  ['no nodes', graph([], []), /trigger/],
  ['nodes that are no list', answer({ nodes: { start }, edges: [] }), /trigger|nodes/],
  ['nodes that are texts', graph(['start', 'set']), /definition\.shape/],
  ['edges that are texts', graph([start, set], ['start -> set']), /definition\.shape/],
  ['edges that are no list', answer({ nodes: [start, set], edges: 'start->set' }), /definition\.shape/],
  ['no trigger', graph([set], []), /trigger/],
  ['an unknown node type', withSet({ type: 'slack.postMessage' }), /node\.unknownType/],
  ['a node type of n8n', withSet({ type: 'n8n-nodes-base.httpRequest' }), /node\.unknownType/],
  ['a node without a type', graph([start, { id: 'set', name: 'Set' }]), /definition\.shape/],
  ['a type that is a number', withSet({ type: 7 }), /definition\.shape/],
  ['a type named like a prototype', withSet({ type: 'constructor' }), /node\.unknownType/],
  ['a dangling edge', graph([start, set], [edge, { source: 'set', target: 'nowhere' }]), /edge/],
  ['an edge from nowhere', graph([start, set], [{ source: 'nowhere', target: 'set' }]), /edge/],
  ['an unknown output port', graph([start, set], [{ ...edge, sourcePort: 'true' }]), /port/i],
  ['an unknown input port', graph([start, set], [{ ...edge, targetPort: 'left' }]), /port/i],
  [
    'an edge into a trigger',
    graph([start, set], [edge, { source: 'set', target: 'start' }]),
    /edge|port|trigger/i,
  ],
  ['the same id twice', graph([start, { ...set, id: 'start' }]), /duplicateId|edge/],
  ['a wrong parameter', withParameters('data.set', { values: {} }), /node\.parameter/],
  ['a parameter of the wrong type', withParameters('data.limit', { count: 'many' }), /node\.parameter/],
  ['a value that is not among those', withParameters('data.set', { keep: 'everything' }), /node\.parameter/],
  ['parameters that are a list', withSet({ parameters: [] }), /definition\.shape/],
  ['a parameter that is missing', withParameters('data.sort', {}), /node\.parameter/],
  [
    'a condition that is always the same',
    withParameters('flow.if', { condition: 'total > 100' }),
    /node\.parameter/,
  ],
  [
    'an expression that does not parse',
    withParameters('data.set', { fields: [{ name: 'a', value: '{{ $json. }}' }] }),
    /expression\.syntax/,
  ],
  [
    'an expression that is not closed',
    withParameters('data.set', { fields: [{ name: 'a', value: '{{ $json.a' }] }),
    /expression\.syntax/,
  ],
  [
    'JavaScript in an expression',
    withParameters('data.set', { fields: [{ name: 'a', value: '{{ $json.items.map(i => i.x) }}' }] }),
    /expression\.syntax/,
  ],
  [
    'a template literal',
    withParameters('data.set', { fields: [{ name: 'a', value: '{{ $json.a ?? `x` || 2 }}' }] }),
    /expression\.syntax/,
  ],
  [
    'a reference to a node there is not',
    withParameters('data.set', { fields: [{ name: 'a', value: '{{ $node("Nobody").json.x }}' }] }),
    /expression\.unknownNode/,
  ],
  [
    'an empty cycle',
    graph(
      [start, set, { ...set, id: 'b', name: 'B' }],
      [edge, { source: 'set', target: 'b' }, { source: 'b', target: 'set' }],
    ),
    /cycle|loop/i,
  ],
  [
    'a node that leads to itself',
    graph([start, set], [edge, { source: 'set', target: 'set' }]),
    /cycle|loop/i,
  ],
  ['settings there are not', graph([start, set], [edge], { settings: { retries: 3 } }), /definition\.shape/],
  [
    'settings out of range',
    graph([start, set], [edge], { settings: { timeoutSeconds: -1 } }),
    /definition\.shape/,
  ],
  ['fields of nodes there are not', withSet({ onFailure: 'stop' }), /definition\.shape/],
  ['an onError there is not', withSet({ onError: 'ignore' }), /definition\.shape/],
  ['a retry that is a number', withSet({ retry: 3 }), /definition\.shape/],
  [
    'a path into a prototype',
    withParameters('data.set', { fields: [{ name: '__proto__.admin', value: true }] }),
    /node\.parameter/,
  ],
  [
    'a field called __proto__',
    JSON.parse(
      '{"name":"W","explanation":"","definition":{"nodes":[{"id":"s","name":"S","type":"trigger.manual","__proto__":{"x":1}}],"edges":[]}}',
    ) as Json,
    /definition\.shape/,
  ],
  [
    '600 nodes',
    graph([start, ...Array.from({ length: 600 }, (_, n) => ({ ...set, id: `n${n}`, name: `N${n}` }))]),
    /definition\.shape/,
  ],
  [
    'nesting without end',
    withParameters('data.set', {
      fields: [{ name: 'a', value: Array.from({ length: 100 }).reduce<Json>((inner) => [inner], 1) }],
    }),
    /definition\.tooDeep/,
  ],
  [
    'two webhooks with one address',
    graph([{ id: 'a', name: 'A', type: 'trigger.webhook', parameters: { path: 'x/:id/:id' } }], []),
    /node\.parameter/,
  ],
  [
    'an agent as its own tool',
    withParameters('ai.agent', {
      model: 'm',
      prompt: 'p',
      tools: [{ kind: 'node', name: 'me', description: 'x', type: 'ai.agent' }],
    }),
    /node\.parameter/,
  ],
  [
    'an expression inside SQL',
    withParameters('sql.query', { statement: "SELECT '{{ $json.a }}'" }),
    /node\.parameter/,
  ],
];

export const BROKEN: readonly Broken[] = [
  ...mended.map(
    ([name, input]): Broken => ({ name, input: JSON.parse(JSON.stringify(input)) as Json, becomes: 'valid' }),
  ),
  ...hopeless.map(([name, input, becomes]): Broken => ({ name, input, becomes })),
];
