import type { DefinitionInput } from '../../engine/definition.ts';

type Node = DefinitionInput['nodes'][number];

/** How long the one call of the workload takes, and so about the whole of it. */
export const CALL_MILLISECONDS = 300;

/** Numbers in [0, 1), the same for a seed. */
const seeded = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const WORDS = [
  'order',
  'customer',
  'address',
  'status',
  'created',
  'updated',
  'amount',
  'currency',
  'note',
  'reference',
];

/**
 * A record such as APIs answer with, of about that many bytes as JSON: known names, codes that are like no other, numbers.
 * No two are alike.
 */
export const aRecord = (seed: number, bytes: number): Record<string, string | number> => {
  const random = seeded(seed * 7_919 + 17);
  const code = (length: number) =>
    Array.from({ length }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');
  const record: Record<string, string | number> = { id: Math.floor(random() * 1e9) };
  for (let field = 0; JSON.stringify(record).length < bytes; field += 1) {
    const name = `${WORDS[field % WORDS.length]}${Math.floor(field / WORDS.length) || ''}`;
    record[name] = field % 5 === 4 ? Math.floor(random() * 1e8) : code(36);
  }
  return record;
};

const seededSet = (id: string, seed: number, bytes: number): Node => ({
  id,
  name: id,
  type: 'data.set',
  parameters: {
    keep: 'none',
    fields: [{ name: 'order', value: aRecord(seed, bytes) }],
  },
});
const node = (id: string, type: string, parameters: Node['parameters'] = {}): Node => ({
  id,
  name: id,
  type,
  parameters,
});

/**
 * Ten nodes of ten kinds behind a webhook, none of which writes to the outside: it takes an order, looks the customer up by
 * HTTP (0.3 s), decides, reshapes and answers with the last node. Each emits about `bytes` of JSON; all of it compresses about 3:1. `respond` says when
 * whoever calls is answered.
 */
export const referenceWorkload = (bytes: number, respond: 'lastNode' | 'immediately'): DefinitionInput => {
  const nodes: Node[] = [
    node('hook', 'trigger.webhook', { path: '', method: 'POST', respond }),
    node('customer', 'http.request', { method: 'GET', url: 'https://customers.example.com/42' }),
    node('valid', 'flow.if', { condition: '{{ $json.id > 0 }}' }),
    node('read', 'text.json', { value: JSON.stringify(aRecord(5, bytes)) }),
    node('token', 'data.crypto', {
      operation: 'random',
      bytes: Math.min(bytes / 8, 1_024),
      encoding: 'base64',
    }),
    seededSet('draft', 2, bytes),
    node('reshaped', 'data.transform', { result: aRecord(3, bytes) }),
    node('renamed', 'data.renameKeys', { fields: [{ from: 'id', to: 'orderId' }] }),
    node('limited', 'data.limit', { count: 10 }),
    node('passed', 'flow.noop'),
  ];
  return {
    nodes,
    edges: nodes.slice(1).map((each, index) => {
      const source = nodes[index]?.id ?? '';
      return { source, target: each.id, ...(source === 'valid' ? { sourcePort: 'true' } : {}) };
    }),
  };
};
