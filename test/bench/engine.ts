import type { Definition } from '../../engine/definition.ts';
import { nodeTypes, runSlice, type Slice } from '../../engine/index.ts';
import type { Item } from '../../engine/item.ts';
import { systemClock } from '../../shared/adapters/system.ts';
import { aDefinition, makeWorld } from '../engine/engine-world.ts';
import { measureMemory } from './engine-memory.ts';
import type { Figures } from './figures.ts';
import { usedMebibytes } from './heap.ts';
import { median } from './statistics.ts';

type Nodes = Parameters<typeof aDefinition>[0];

const CHAIN = 50;
const ITEMS = 10_000;
const ITERATIONS = 10_000;
const SHORT_RUNS = 400;
const LONG_RUNS = 15;

const START = { hook: { type: 'trigger.manual' } };
const edgesOf = (nodes: Nodes): string[] => {
  const ids = Object.keys(nodes);
  return ids.slice(1).map((id, index) => `${ids[index]} -> ${id}`);
};

/** A definition that is a chain, run whole with a journal in memory. */
const chain = (nodes: Nodes): Definition => aDefinition(nodes, edgesOf(nodes));

const repeated = (type: string, parameters: Nodes[string]['parameters'] = {}): Nodes => ({
  ...START,
  ...Object.fromEntries(Array.from({ length: CHAIN }, (_, each) => [`n${each}`, { type, parameters }])),
});

/** Milliseconds of one execution, by the clock and of processor time. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** A slice to run again and again, as an interpreter does with the plan of a version. */
const prepare = (definition: Definition, items: readonly Item[]): Slice =>
  makeWorld({ registry: nodeTypes }).slice(definition, { trigger: { nodeId: 'hook', items } });

const timed = async ({ ports, ...slice }: Slice): Promise<Cost> => {
  const [began, spent] = [performance.now(), process.cpuUsage()];
  const outcome = await runSlice({
    ...slice,
    ports: { ...ports, clock: systemClock },
    journal: { append: async () => true, readInbox: async () => [], expire: async () => true },
    deadline: systemClock.now() + 600_000,
  });
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(spent);
  if (outcome.kind !== 'done' || outcome.status !== 'completed')
    throw new Error(`It ended with ${JSON.stringify(outcome)}.`);
  return { wall, cpu: (user + system) / 1000 };
};

const medianOf = async (definition: Definition, items: readonly Item[], runs: number): Promise<Cost> => {
  const times: Cost[] = [];
  const slice = prepare(definition, items);
  for (let each = 0; each < runs; each += 1) times.push(await timed(slice));
  // What comes first is compiled while it runs.
  const warm = times.slice(runs >> 1);
  return { wall: median(warm.map(({ wall }) => wall)), cpu: median(warm.map(({ cpu }) => cpu)) };
};

const ONE: readonly Item[] = [{ json: { n: 1, name: 'one' } }];

const perNodeMicroseconds = async (nodes: Nodes): Promise<number> => {
  const alone = await medianOf(chain(START), ONE, SHORT_RUNS);
  const whole = await medianOf(chain(nodes), ONE, SHORT_RUNS);
  return (whole.wall - alone.wall) * (1000 / CHAIN);
};

const many = (count: number): Item[] =>
  Array.from({ length: count }, (_, n) => ({ json: { n, total: (n * 7919) % 1000, name: `item ${n}` } }));

const dataFlow = (): Definition =>
  aDefinition(
    {
      ...START,
      set: {
        type: 'data.set',
        parameters: { fields: [{ name: 'double', value: '{{ $json.total }}' }] },
      },
      filter: { type: 'flow.filter', parameters: { condition: '{{ $json.double > 100 }}' } },
      sort: { type: 'data.sort', parameters: { by: [{ field: 'total' }] } },
      aggregate: { type: 'data.aggregate', parameters: { fields: [{ field: 'n', as: 'ns' }] } },
    },
    ['hook -> set', 'set -> filter', 'filter -> sort', 'sort -> aggregate'],
  );

const loop = (): Definition =>
  aDefinition(
    {
      ...START,
      loop: { type: 'flow.loop', parameters: { batchSize: 1, results: 'original' } },
      body: { type: 'data.set', parameters: { fields: [{ name: 'seen', value: true }] } },
    },
    ['hook -> loop', 'loop.loop -> body', 'body -> loop'],
    { maxNodeRuns: 100_000 },
  );

/** Growth of the heap per 10,000 items, in MiB, from an execution whose state is still held. */
const memoryOf = async (items: readonly Item[]): Promise<number> => {
  const { ports, ...slice } = prepare(chain(repeated('flow.noop')), items);
  const before = usedMebibytes();
  let after = 0;
  const append = async () => {
    after = usedMebibytes();
    return true;
  };
  const journal = { append, readInbox: async () => [], expire: async () => true };
  await runSlice({
    ...slice,
    ports: { ...ports, clock: systemClock },
    journal,
    deadline: systemClock.now() + 600_000,
  });
  return after - before;
};

/** The engine alone, in this process, its journal in memory. */
export const measure = async (): Promise<Figures> => {
  const loops = await medianOf(loop(), many(ITERATIONS), 3);
  const data = await medianOf(dataFlow(), many(ITEMS), LONG_RUNS);
  const small = await memoryOf(many(ITEMS));
  const large = await memoryOf(many(ITEMS * 10));
  return {
    'engine.pureNodeMicroseconds': await perNodeMicroseconds(repeated('flow.noop')),
    'engine.setNodeMicroseconds': await perNodeMicroseconds(
      repeated('data.set', { fields: [{ name: 'm', value: '{{ $json.n }}' }] }),
    ),
    'engine.tenThousandItemsMilliseconds': data.wall,
    'engine.tenThousandItemsCpuMilliseconds': data.cpu,
    'engine.tenThousandIterationsMilliseconds': loops.wall,
    'engine.tenThousandIterationsCpuMilliseconds': loops.cpu,
    'engine.fiftyNodesTenThousandItemsMebibytes': small,
    'engine.fiftyNodesHundredThousandItemsMebibytes': large,
    ...(await measureMemory(dataFlow(), many)),
  };
};
