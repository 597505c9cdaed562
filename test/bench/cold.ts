import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleFunctions } from '../../infra/bundles.ts';
import { FUNCTIONS } from '../../infra/functions.ts';
import type { Figures } from './figures.ts';

const TIMES = 9;
/**
 * What a cold start does before the first invocation: in a process of its own, as nothing may be loaded yet. In time of the
 * CPU, as the machine may have other things to do.
 */
const IMPORT = `
  const before = process.cpuUsage();
  await import(process.argv[1]);
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1_000);`;

/** Bytes of each function's code, and how long it takes to load. */
export const measure = async (): Promise<Figures> => {
  const folder = await mkdtemp(join(tmpdir(), 'stepwell-bundles-'));
  try {
    const bundles = await bundleFunctions(FUNCTIONS, folder);
    const all = [...bundles];
    const imports = await importTimes('interpreter', folder);
    return {
      // What a cold start reads; libraries that single nodes load when they run are files of their own beside it.
      'cold.largestBundleBytes': Math.max(...all.map(([, { coldBytes }]) => coldBytes)),
      'cold.largestPackageBytes': Math.max(...all.map(([, { bytes }]) => bytes)),
      'cold.interpreterImportMilliseconds': imports,
      'cold.hooksImportMilliseconds': await importTimes('hooks', folder),
      ...Object.fromEntries(all.map(([name, { coldBytes }]) => [`cold.bytes.${name}`, coldBytes])),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** The shortest of several: what others do meanwhile only adds to it. */
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
  return Math.min(...times);
};
