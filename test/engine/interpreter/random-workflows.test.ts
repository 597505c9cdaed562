import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Definition } from '../../../engine/definition.ts';
import { aDefinition, echo, makeWorld, type World } from '../engine-world.ts';
import { aRegistry } from './test-nodes.ts';

const registry = aRegistry();

interface Step {
  readonly kind: 'add' | 'send' | 'get' | 'below' | 'merge' | 'split';
  readonly from: readonly number[];
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('add', 'send', 'get', 'below', 'merge', 'split'),
    from: fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 7 },
);

/** Each step hangs on one to three earlier ones; a merge takes them by its two ports in turn. */
const workflowOf = (list: readonly Step[]): Definition => {
  const kinds = ['start', ...list.map((step) => step.kind)];
  const nodes = Object.fromEntries(
    kinds.map((type, i) => [
      `n${i}`,
      { type, parameters: { url: `https://${'x'.repeat(i)}`, limit: 2, count: 2 } },
    ]),
  );
  const edges = list.flatMap((step, i) =>
    [...new Set(step.from.map((from) => from % (i + 1)))].map((from, nth) => {
      const port = kinds[from] === 'below' ? ['true', 'false'][(i + nth) % 2] : 'main';
      const into = step.kind === 'merge' ? ['left', 'right'][nth % 2] : 'main';
      return `n${from}.${port} -> n${i + 1}.${into}`;
    }),
  );
  return aDefinition(nodes, edges);
};

/** What does not depend on timing: which runs there were, what they gave, which keys were sent. */
const traceOf = (world: World) => ({
  runs: Object.fromEntries(
    world.events().flatMap((event) => (event.type === 'nodeSucceeded' ? [[event.run, event.outputs]] : [])),
  ),
  keys: [...new Set(world.calls.map((call) => call.key))].sort(),
});

it('a workflow ends the same whenever it is killed and however long the outside takes', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.nat(),
      fc.boolean(),
      fc.integer({ min: 1, max: 50 }),
      async (list, at, isBefore, slow) => {
        const definition = workflowOf(list);
        const calm = makeWorld({ registry });
        const expected = await calm.runToEnd(definition);
        // What runs beside a failure depends on timing; a workflow that ends well does not.
        expect(expected.outcome).toEqual({ kind: 'done', status: 'completed' });
        expect(calm.wrongs).toEqual([]);

        const other = makeWorld({
          registry,
          answer: async (request, world) => {
            await world.clock.sleep(1 + ((request.url.length * slow) % 37), request.signal);
            return echo(request, world);
          },
        });
        other.crashAt = { call: 1 + (at % calm.outsideCalls), when: isBefore ? 'before' : 'after' };
        expect(await other.runToEnd(definition)).toEqual(expected);
        expect(traceOf(other)).toEqual(traceOf(calm));
        expect(other.wrongs).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});
