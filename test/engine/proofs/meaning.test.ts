import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Definition } from '../../../engine/definition.ts';
import { NodeError } from '../../../engine/errors.ts';
import { compareRuns } from '../../../engine/interpreter/run-order.ts';
import { emptyState, runById } from '../../../engine/interpreter/state.ts';
import { replay } from '../../../engine/interpreter/transition.ts';
import type { Item, JsonObject } from '../../../engine/item.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { items, makeWorld, type World } from '../engine-world.ts';
import { aNodeType, aRegistry, testTypes } from '../interpreter/test-nodes.ts';
import { definitionOf, steps } from './random-graph.ts';
import { type Meaning, meaningOf } from './reference.ts';

const fails = aNodeType({
  type: 'fails',
  mode: 'perItem',
  execute: ({ items: [item] }) => {
    if (Number(item?.json.n ?? 0) % 2 === 1) throw new NodeError('odd', 'odd');
    return { outputs: { main: item ? [item] : [] } };
  },
});
const tests = aRegistry(fails);
const registry = new Map([
  ...nodeTypes,
  ...[...testTypes, 'fails'].flatMap((type) => {
    const found = tests.get(type);
    return found ? [[type, found] as const] : [];
  }),
]);

/** An error as the reference writes it. */
const plain = ({ json }: Item): JsonObject =>
  JSON.parse(JSON.stringify(json), (key, value) => (key === 'error' ? 'odd' : value));

const meaningIn = (world: World, definition: Definition): Meaning['runs'] => {
  const { plan } = world.slice(definition);
  const state = replay(plan, { ...emptyState(), keepsAll: true }, world.events());
  const runs = Object.keys(state.runs)
    .map((id) => runById(state, id))
    .filter(({ status }) => status === 'succeeded')
    .sort((left, right) => compareRuns(state, left, right));
  return Object.fromEntries(
    [...Map.groupBy(runs, ({ nodeId }) => nodeId)].map(([id, all]) => [
      id,
      all.map(({ outputs }) => filled(outputs)),
    ]),
  );
};

/** A port that gives nothing is no port. */
const filled = (outputs: Readonly<Record<string, readonly (Item | JsonObject)[]>>) =>
  Object.fromEntries(
    Object.entries(outputs)
      .filter(([, list]) => list.length > 0)
      .map(([port, list]) => [port, list.map((item) => ('json' in item ? plain(item as Item) : item))]),
  );

const inputs = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 });
const run = async (definition: Definition, given: readonly JsonObject[]) => {
  const world = makeWorld({ registry });
  const result = await world.runToEnd(definition, {
    trigger: { nodeId: definition.nodes[0]?.id ?? '', items: items(...given) },
  });
  return { world, ...result };
};

it('a random workflow comes to what it means', async () => {
  await fc.assert(
    fc.asyncProperty(steps, inputs, async (list, numbers) => {
      const given = numbers.map((n) => ({ n }));
      const definition = definitionOf(list);
      const meaning = meaningOf(list, given);
      const { world, outcome, output } = await run(definition, given);
      expect(outcome).toEqual({ kind: 'done', status: 'completed' });
      expect(meaningIn(world, definition)).toEqual(
        Object.fromEntries(Object.entries(meaning.runs).map(([id, runs]) => [id, runs.map(filled)])),
      );
      expect(output.map((json) => plain({ json }))).toEqual(meaning.output);
      expect(world.wrongs).toEqual([]);
    }),
    { numRuns: 250, seed: 20_260_105 },
  );
});

/** Puts something in the place of each text, keys of plain objects included. */
const renamed = <T>(value: T, rename: (text: string) => string): T =>
  JSON.parse(JSON.stringify(value), (_, each) =>
    typeof each === 'string'
      ? rename(each)
      : each && typeof each === 'object' && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).map(([key, inner]) => [rename(key), inner]))
        : each,
  );

it('names mean nothing', async () => {
  await fc.assert(
    fc.asyncProperty(steps, inputs, async (list, numbers) => {
      const given = numbers.map((n) => ({ n }));
      const rename = (text: string) => text.replace(/\bn(\d[\d_]*)\b/g, 'node_$1_x');
      const definition = definitionOf(list);
      const plainly = await run(definition, given);
      const other = renamed(definition, rename);
      const otherwise = await run(other, given);
      expect(meaningIn(otherwise.world, other)).toEqual(
        renamed(meaningIn(plainly.world, definition), rename),
      );
      expect(otherwise.output).toEqual(renamed(plainly.output, rename));
    }),
    { numRuns: 60, seed: 20_260_106 },
  );
});

it('a node that does nothing changes nothing, wherever it is put in', async () => {
  await fc.assert(
    fc.asyncProperty(steps, inputs, fc.nat(), async (list, numbers, at) => {
      const given = numbers.map((n) => ({ n }));
      const definition = definitionOf(list);
      const plainly = await run(definition, given);
      const edge = definition.edges[at % Math.max(1, definition.edges.length)];
      if (!edge) return;
      // Right behind its source, so that the canonical order stays as it was.
      const source = definition.nodes.findIndex(({ id }) => id === edge.source);
      const idle = { ...definition.nodes[0], id: 'idle', name: 'idle', type: 'flow.noop', parameters: {} };
      const others = definition.edges.filter((each) => each !== edge);
      const second = { source: 'idle', sourcePort: 'main', target: edge.target, targetPort: edge.targetPort };
      const nodes = definition.nodes.toSpliced(source + 1, 0, idle as never);
      const padded = {
        ...definition,
        nodes,
        edges: [...others, { ...edge, target: 'idle', targetPort: 'main' }, second],
      };
      const otherwise = await run(padded, given);
      const { idle: _, ...rest } = meaningIn(otherwise.world, padded);
      const sorted = (runs: Meaning['runs']) =>
        Object.fromEntries(
          Object.entries(runs).map(([id, all]) => [id, all.map((each) => JSON.stringify(each)).sort()]),
        );
      // Several ways into one place are taken in the order of the nodes before it, and one of these is another now.
      const isMerged = definition.nodes.some(({ type }) => type === 'merge' || type === 'flow.loop');
      if (isMerged)
        expect(Object.keys(rest).sort()).toEqual(Object.keys(meaningIn(plainly.world, definition)).sort());
      else expect(sorted(rest)).toEqual(sorted(meaningIn(plainly.world, definition)));
    }),
    { numRuns: 60, seed: 20_260_107 },
  );
});

it('items that come in another order come out in that order', async () => {
  const each = fc.array(fc.constantFrom('add', 'send', 'wait', 'below', 'fails'), {
    minLength: 1,
    maxLength: 5,
  });
  const order = fc.uniqueArray(fc.nat(5), { minLength: 6, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(each, order, async (kinds, permutation) => {
      const list = kinds.map((kind, index) => ({
        kind: kind as 'add',
        from: [index],
        body: [],
        batchSize: 1,
      }));
      const definition = definitionOf(list);
      const given = [0, 1, 2, 3, 4, 5].map((id) => ({ id, n: id }));
      const mixed = permutation.map((id) => ({ id, n: id }));
      const first = await run(definition, given);
      const second = await run(definition, mixed);
      const byId = (output: readonly JsonObject[]) => new Map(output.map((json) => [Number(json.id), json]));
      expect(byId(second.output)).toEqual(byId(first.output));
      // Ports part the items; within one they keep their order.
      const position = (json: JsonObject) => permutation.indexOf(Number(json.id));
      const ports = Object.values(meaningIn(second.world, definition)).flatMap((runs) =>
        runs.flatMap((outputs) => Object.values(outputs)),
      );
      for (const items of ports)
        expect(items.map(position)).toEqual(items.map(position).toSorted((a, b) => a - b));
    }),
    { numRuns: 40, seed: 20_260_108 },
  );
});

it('a random workflow comes to the same wherever it is killed', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), fc.boolean(), async (list, at, isBefore) => {
      const definition = definitionOf(list);
      const calm = await run(definition, [{ n: 0 }, { n: 1 }]);
      const world = makeWorld({ registry });
      world.crashAt = { call: 1 + (at % calm.world.outsideCalls), when: isBefore ? 'before' : 'after' };
      const trigger = { nodeId: 'n0', items: items({ n: 0 }, { n: 1 }) };
      const { outcome, output } = await world.runToEnd(definition, { trigger });
      expect([outcome, output]).toEqual([calm.outcome, calm.output]);
      expect(meaningIn(world, definition)).toEqual(meaningIn(calm.world, definition));
      expect(world.wrongs).toEqual([]);
    }),
    { numRuns: 120, seed: 20_260_109 },
  );
});
