import type { Definition } from '../../engine/definition.ts';
import { nodeTypes, runSlice } from '../../engine/index.ts';
import type { Item } from '../../engine/item.ts';
import { fileCsv } from '../../engine/nodes/file.csv.ts';
import { systemClock } from '../../shared/adapters/system.ts';
import { aDefinition, makeWorld } from '../engine/engine-world.ts';
import { callNode } from '../engine/nodes/real-call.ts';
import type { Figures } from './figures.ts';
import { peakMeter } from './heap.ts';

const LOOKS = 20;
const ROWS_PER_PIECE = 500;
const HEAD = 'id,country,total\n';

const rowsFrom = (first: number): string =>
  Array.from({ length: ROWS_PER_PIECE }, (_, each) => {
    const id = String(first + each).padStart(8, '0');
    return `${id},${['PT', 'DE', 'AT'][each % 3]},${String((each * 7919) % 1000).padStart(4, '0')}\n`;
  }).join('');

/** A file that is nowhere: its pieces are made while it is read, so that what grows is the reader. */
const csvOf = (rows: number, atPiece: (piece: number) => void) => ({
  size: HEAD.length + (rows / ROWS_PER_PIECE) * rowsFrom(0).length,
  read: async () =>
    (async function* () {
      yield Buffer.from(HEAD);
      for (let row = 0; row < rows; row += ROWS_PER_PIECE) {
        atPiece(row / ROWS_PER_PIECE);
        yield Buffer.from(rowsFrom(row));
      }
    })(),
});

const refuses = () => Promise.reject(new Error('Nothing is written here.'));

/** The most memory that reading and summarising a CSV of so many rows takes. */
const csvPeak = async (rows: number): Promise<number> => {
  const pieces = rows / ROWS_PER_PIECE;
  const meter = peakMeter();
  const { size, read } = csvOf(rows, (piece) => {
    if (piece % Math.ceil(pieces / LOOKS) === 0) meter.look();
  });
  const { items } = await callNode(fileCsv, {
    parameters: {
      numbers: true,
      summarise: { groupBy: ['country'], operations: [{ operation: 'sum', field: 'total' }] },
    },
    item: {
      json: {},
      binary: { file: { ref: 'exec_1/files/csv', mediaType: 'text/csv', size, sha256: '' } },
    },
    payloads: { kept: new Map(), put: refuses, get: refuses, write: refuses, read },
    ports: {},
  });
  if (items.length !== 3) throw new Error(`Expected 3 groups and got ${items.length}.`);
  return meter.peak();
};

/** The most memory that an execution takes, looked at whenever it writes its journal. */
const executionPeak = async (definition: Definition, given: readonly Item[]): Promise<number> => {
  const world = makeWorld({ registry: nodeTypes });
  const { ports, ...slice } = world.slice(definition, { trigger: { nodeId: 'hook', items: given } });
  const meter = peakMeter();
  let writes = 0;
  const append = async () => {
    writes += 1;
    if (writes % 10 === 1) meter.look();
    return true;
  };
  const outcome = await runSlice({
    ...slice,
    ports: { ...ports, clock: systemClock },
    journal: { append, readInbox: async () => [], expire: async () => true },
    deadline: systemClock.now() + 600_000,
  });
  if (outcome.kind !== 'done' || outcome.status !== 'completed')
    throw new Error(`It ended with ${JSON.stringify(outcome)}.`);
  meter.look();
  return meter.peak();
};

const START = { hook: { type: 'trigger.manual' } };

const counting = (iterations: number): Definition =>
  aDefinition(
    {
      ...START,
      loop: {
        type: 'flow.while',
        parameters: { condition: `{{ $json.n < ${iterations} }}`, maxIterations: iterations + 1 },
      },
      body: { type: 'data.set', parameters: { fields: [{ name: 'n', value: '{{ $json.n + 1 }}' }] } },
    },
    ['hook -> loop', 'loop.loop -> body', 'body -> loop'],
    { maxNodeRuns: iterations * 2 },
  );

/** What grows with the work, and what must not. */
export const measureMemory = async (
  dataFlow: Definition,
  many: (count: number) => Item[],
): Promise<Figures> => {
  // What comes first loads and compiles.
  await csvPeak(10_000);
  const [small, large, larger] = [await csvPeak(10_000), await csvPeak(100_000), await csvPeak(300_000)];
  await executionPeak(counting(1_000), [{ json: { n: 0 } }]);
  const few = await executionPeak(counting(1_000), [{ json: { n: 0 } }]);
  const turns = await executionPeak(counting(10_000), [{ json: { n: 0 } }]);
  await executionPeak(dataFlow, many(1_000));
  const ten = await executionPeak(dataFlow, many(10_000));
  const hundred = await executionPeak(dataFlow, many(100_000));
  return {
    'engine.csvTenThousandRowsMebibytes': small,
    'engine.csvHundredThousandRowsMebibytes': large,
    'engine.csvThreeHundredThousandRowsMebibytes': larger,
    'engine.csvGrowthMebibytes': larger - small,
    'engine.thousandTurnsMebibytes': few,
    'engine.turnsGrowthMebibytes': turns - few,
    'engine.dataFlowTenThousandItemsMebibytes': ten,
    'engine.dataFlowGrowthPerItem': hundred / ten / 10,
  };
};
