import type { DefinitionInput } from '../../engine/definition.ts';

/** Takes long enough to be struck, and completes whatever happens. */
export interface Shape {
  readonly definition: DefinitionInput;
  /** Calls that one execution makes itself. */
  readonly calls: number;
}
type Node = DefinitionInput['nodes'][number];

const RETRY = { maxAttempts: 9, initialDelaySeconds: 0.2, backoffRate: 1.5, maxDelaySeconds: 2 };
const LARGE =
  'let text = ""; for (let n = 0; text.length < 1500000; n += 1) text += n * n; return [{ text }];';

const node = (id: string, type: string, parameters = {}): Node => ({ id, name: id, type, parameters });
const code = (id: string, written: string) => node(id, 'code.javascript', { code: written });
const wait = (id: string, amount: number) => node(id, 'flow.wait', { duration: { amount, unit: 'seconds' } });
const call = (id: string, workflowId: string, mode: string) =>
  node(id, 'flow.subworkflow', { workflowId, mode, concurrency: 3 });

/** By name; each calls `origin`, with what it belongs to and its step there. `called` is the workflow that others call. */
export const shapesOf = (origin: string, called: string): Readonly<Record<string, Shape>> => {
  const post = (step: number): Node => {
    const body = { value: { of: '{{ $execution.id }}', step } };
    const url = `${origin}/${step}`;
    return { ...node(`post${step}`, 'http.request', { method: 'POST', url, body }), retry: RETRY };
  };
  const shape = (settings: object, trigger: string, ...behind: readonly Node[]): Shape => {
    const nodes = [node('start', `trigger.${trigger}`), ...behind];
    const edges = behind.map(({ id }, index) => ({ source: nodes[index]?.id ?? '', target: id }));
    const calls = behind.filter(({ type }) => type === 'http.request').length;
    return { definition: { nodes, edges, settings }, calls };
  };
  const items = code('items', 'return [1, 2, 3, 4, 5].map((n) => ({ n }));');
  const one = node('one', 'data.limit', { count: 1 });
  const answer = node('answer', 'flow.wait', { kind: 'callback' });
  return {
    called: shape({}, 'workflow', post(1), wait('pause', 1), post(2)),
    chain: shape({}, 'manual', ...[1, 2, 3, 4, 5, 6].map(post)),
    waits: shape({}, 'manual', post(1), wait('short', 1), post(2), wait('long', 3), post(3)),
    answered: shape({}, 'manual', post(1), answer, post(2)),
    large: shape({}, 'manual', post(1), code('make', LARGE), post(2)),
    limited: shape({ concurrency: 2 }, 'manual', post(1), wait('pause', 0.3), post(2)),
    unsaved: shape({ saveData: 'none' }, 'manual', post(1), code('make', LARGE), post(2), wait('pause', 1)),
    calling: shape({}, 'manual', post(1), call('once', called, 'once'), post(2)),
    callingEach: shape({}, 'manual', items, call('each', called, 'perItem'), one, post(1)),
  };
};
