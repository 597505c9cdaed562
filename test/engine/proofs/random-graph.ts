import fc from 'fast-check';
import type { Definition, DefinitionInput } from '../../../engine/definition.ts';
import { aDefinition } from '../engine-world.ts';

/** A step of a random workflow. It hangs on earlier ones: 0 is what the steps begin from, 1 the first of them, and so on. */
export interface Step {
  readonly kind: 'add' | 'send' | 'wait' | 'below' | 'fails' | 'merge' | 'split' | 'loop';
  readonly from: readonly number[];
  /** What a loop repeats. */
  readonly body: readonly Step[];
  readonly batchSize: number;
}

const leaf = (kinds: readonly Step['kind'][]) =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    from: fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 3 }),
    body: fc.constant([]),
    batchSize: fc.constant(1),
  });

const PLAIN = ['add', 'send', 'wait', 'below', 'fails', 'merge', 'split'] as const;

const loopOf = (body: fc.Arbitrary<Step>): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.constant('loop' as const),
    from: fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 2 }),
    body: fc.array(body, { minLength: 1, maxLength: 3 }),
    batchSize: fc.integer({ min: 1, max: 3 }),
  });

const inner = fc.oneof({ weight: 5, arbitrary: leaf(PLAIN) }, { weight: 1, arbitrary: loopOf(leaf(PLAIN)) });

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof({ weight: 4, arbitrary: leaf(PLAIN) }, { weight: 1, arbitrary: loopOf(inner) }),
  { minLength: 1, maxLength: 6 },
);

export interface Link {
  readonly source: number;
  readonly sourcePort: string;
  readonly targetPort: string;
}

/** The ports by which something leaves a step. */
const PORTS: Readonly<Partial<Record<Step['kind'], readonly string[]>>> = {
  below: ['true', 'false'],
  fails: ['main', 'error'],
  loop: ['done'],
};

/** What a step hangs on: the ports of its sources in turn, and those of a merge. */
export const linksOf = (list: readonly Step[], index: number, beginPort: string): readonly Link[] => {
  const step = list[index];
  const sources = [...new Set((step?.from ?? []).map((from) => from % (index + 1)))];
  return sources.map((source, nth) => {
    const kind = source === 0 ? null : list[source - 1]?.kind;
    const ports = kind ? (PORTS[kind] ?? ['main']) : [beginPort];
    return {
      source,
      sourcePort: ports[(index + nth) % ports.length] ?? 'main',
      targetPort: step?.kind === 'merge' ? (['left', 'right'][nth % 2] ?? 'left') : 'main',
    };
  });
};

/** The steps of a loop on which no other hangs: they lead back to its head, by their first port. */
export const lastSteps = (
  list: readonly Step[],
  beginPort: string,
): readonly [index: number, port: string][] => {
  const used = new Set(
    list.flatMap((_, index) => linksOf(list, index, beginPort).map(({ source }) => source)),
  );
  return list.flatMap((step, index): [number, string][] =>
    used.has(index + 1) ? [] : [[index, (PORTS[step.kind] ?? ['main'])[0] ?? 'main']],
  );
};

const TYPES: Readonly<
  Record<
    Step['kind'],
    (id: string, step: Step) => Partial<DefinitionInput['nodes'][number]> & { type: string }
  >
> = {
  add: () => ({ type: 'add' }),
  send: (id) => ({ type: 'send', parameters: { url: `https://${id}` } }),
  wait: () => ({ type: 'flow.wait', parameters: { duration: { amount: 1, unit: 'hours' } } }),
  below: () => ({ type: 'below', parameters: { limit: 2 } }),
  fails: () => ({ type: 'fails', onError: 'branch' }),
  merge: () => ({ type: 'merge' }),
  split: () => ({ type: 'split', parameters: { count: 2 } }),
  loop: (_, { batchSize }) => ({ type: 'flow.loop', parameters: { batchSize } }),
};

/** Node ids in the order of the definition, by step: `n1`, `n2`, and `n2_1` for the first step that the second one repeats. */
export const idOf = (prefix: string, index: number): string =>
  prefix === '' ? `n${index + 1}` : `${prefix}_${index + 1}`;

export const definitionOf = (list: readonly Step[]): Definition => {
  const nodes: Record<string, Partial<DefinitionInput['nodes'][number]> & { type: string }> = {
    n0: { type: 'start' },
  };
  const edges: string[] = [];
  const write = (all: readonly Step[], prefix: string, begin: string, beginPort: string): void => {
    for (const [index, step] of all.entries()) {
      const id = idOf(prefix, index);
      nodes[id] = TYPES[step.kind](id, step);
      for (const { source, sourcePort, targetPort } of linksOf(all, index, beginPort)) {
        edges.push(`${source === 0 ? begin : idOf(prefix, source - 1)}.${sourcePort} -> ${id}.${targetPort}`);
      }
      if (step.kind !== 'loop') continue;
      write(step.body, id, id, 'loop');
      for (const [last, port] of lastSteps(step.body, 'loop'))
        edges.push(`${idOf(id, last)}.${port} -> ${id}`);
    }
  };
  write(list, '', 'n0', 'main');
  return aDefinition(nodes, edges, { maxNodeRuns: 100_000 });
};
