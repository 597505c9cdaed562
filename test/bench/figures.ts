/** What a part has measured, by name: `local.startMilliseconds`. */
export type Figures = Readonly<Record<string, number>>;

interface Budget {
  readonly most?: number;
  readonly least?: number;
}

/** What the product promises itself. A figure without a line here is worth knowing and no more. */
const BUDGETS: Readonly<Record<string, Budget>> = {
  'engine.pureNodeMicroseconds': { most: 10 },
  'engine.tenThousandItemsMilliseconds': { most: 150 },
  // What is read in pieces, or goes round, does not pile up.
  'engine.csvGrowthMebibytes': { most: 4 },
  'engine.turnsGrowthMebibytes': { most: 4 },
  // 1: ten times the items take ten times the memory.
  'engine.dataFlowGrowthPerItem': { most: 1.2 },
  'local.webhookExecutionsPerSecond': { least: 1_120 },
  'local.webhookMedianMilliseconds': { most: 2 },
  'local.codeExecutionsPerSecond': { least: 500 },
  'local.codeTenThousandItemsMilliseconds': { most: 200 },
  'local.codeTenThousandItemsEachMilliseconds': { most: 200 },
  'local.hundredHttpCallsMilliseconds': { most: 25 },
  'local.startMilliseconds': { most: 1_000 },
  'local.idleMebibytes': { most: 150 },
  'local.loadedMebibytes': { most: 300 },
  'local.tenHttpStepsMilliseconds': { most: 20 },
  'local.sleepersLatenessP50Milliseconds': { most: 150 },
  'local.sleepersLatenessP99Milliseconds': { most: 250 },
  'local.killRecoverySeconds': { most: 2 },
  'local.killedCompleted': { least: 50 },
  'local.killCallsUnderTwoKeys': { most: 0 },
  'local.chainNodeMicroseconds': { most: 10 },
  'cold.largestBundleBytes': { most: 1.5 * 1024 * 1024 },
  'cold.interpreterImportMilliseconds': { most: 150 },
  'cost.writeUnits': { most: 8 },
  'cost.acceptFirstWriteUnits': { most: 12 },
  'cost.dollarsPerMillion': { most: 15 },
};

/** As a table: name, figure, budget, whether it is kept. */
export const asTable = (figures: Figures): string => {
  const rows = Object.entries(figures).map(([name, value]) => {
    const budget = BUDGETS[name];
    return [name, written(value), budget ? limitOf(budget) : '', budget ? verdict(value, budget) : ''];
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(([name = '', ...rest]) =>
      [name.padEnd(widths[0] ?? 0), ...rest.map((cell, at) => cell.padStart(widths[at + 1] ?? 0))].join('  '),
    )
    .join('\n');
};

const limitOf = ({ most, least }: Budget): string =>
  most === undefined ? `≥ ${written(least ?? 0)}` : `≤ ${written(most)}`;

const verdict = (value: number, { most = Infinity, least = -Infinity }: Budget): string =>
  value <= most && value >= least ? 'kept' : 'MISSED';

const written = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
