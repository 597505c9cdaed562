import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleFunctions } from '../../infra/bundles.ts';
import { FUNCTIONS } from '../../infra/functions.ts';
import type { Figures } from './figures.ts';

const TIMES = 9;
/** What a cold start does before the first invocation: in a process of its own, as nothing may be loaded yet. */
const IMPORT =
  'const at = performance.now(); await import(process.argv[1]); console.log(performance.now() - at);';

/** Bytes of each function's code, and how long it takes to load. */
export const measure = async (): Promise<Figures> => {
  const folder = await mkdtemp(join(tmpdir(), 'stepwell-bundles-'));
  try {
    const bundles = await bundleFunctions(FUNCTIONS, folder);
    const all = [...bundles];
    const imports = await importTimes('interpreter', folder);
    return {
      'cold.largestBundleBytes': Math.max(...all.map(([, { bytes }]) => bytes)),
      'cold.largestReadAtStartBytes': Math.max(...all.map(([, { coldBytes }]) => coldBytes)),
      'cold.interpreterImportMilliseconds': imports,
      'cold.hooksImportMilliseconds': await importTimes('hooks', folder),
      ...Object.fromEntries(all.map(([name, { bytes }]) => [`cold.bytes.${name}`, bytes])),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** The median, with the time that others take from this machine left to the higher ones. */
const importTimes = async (name: string, folder: string): Promise<number> => {
  const times: number[] = [];
  for (let each = 0; each < TIMES; each += 1) {
    const path = join(folder, name, `${name}.mjs`);
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      IMPORT,
      path,
    ]);
    times.push(Number(stdout));
  }
  return times.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0;
};
