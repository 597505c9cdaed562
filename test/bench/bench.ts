import { availableParallelism, loadavg } from 'node:os';
import { asTable, type Figures } from './figures.ts';

/** Every part measures and answers its figures. Loaded when asked for. */
const PARTS: Readonly<Record<string, () => Promise<{ readonly measure: () => Promise<Figures> }>>> = {
  engine: () => import('./engine.ts'),
  local: () => import('./local.ts'),
  cold: () => import('./cold.ts'),
  cost: () => import('./cost.ts'),
};

/** `npm run bench -- [part …] [--json]` */
const main = async (): Promise<void> => {
  const asked = process.argv.slice(2).filter((each) => !each.startsWith('--'));
  const unknown = asked.filter((each) => !Object.hasOwn(PARTS, each));
  if (unknown.length > 0)
    throw new Error(`There is no part ${unknown.join(', ')}. There are: ${Object.keys(PARTS).join(', ')}.`);
  // Read first: on a machine that has other work to do the clock tells little, and processor time more.
  const figures: Record<string, number> = {
    'machine.cores': availableParallelism(),
    'machine.loadBefore': loadavg()[0] ?? Number.NaN,
  };
  for (const [name, load] of Object.entries(PARTS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    Object.assign(figures, await (await load()).measure());
  }
  console.log(process.argv.includes('--json') ? JSON.stringify(figures, null, 2) : asTable(figures));
};

await main();
