import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleFunctions } from '../../infra/bundles.ts';
import { FUNCTIONS } from '../../infra/functions.ts';

const run = promisify(execFile);
const MAX_COLD_BYTES = 1_500_000;
/** What single nodes need, and load when they run. */
const OF_SINGLE_NODES =
  /^(csv-|fast-xml-parser|fflate|luxon|marked|mysql2|node-html-|nodemailer|pg$|quickjs|@jitl|read-excel|write-excel|yaml|@aws-sdk\/client-(?!dynamodb$))/;

let folder: string;
let bundles: ReadonlyMap<string, Bundle>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepwell-bundles-'));
  bundles = await bundleFunctions(FUNCTIONS, folder);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the code of functions', () => {
  it('is at most 1.5 MB at a cold start', () => {
    const large = [...bundles].filter(([, { coldBytes }]) => coldBytes > MAX_COLD_BYTES);

    expect(bundles.size).toBe(FUNCTIONS.length);
    expect(large).toEqual([]);
  });

  it('of the interpreter begins without formats, databases, the sandbox and the services of single nodes', () => {
    const packages = bundles.get('interpreter')?.coldPackages ?? [];

    expect(packages).toContain('jsonata');
    expect(packages.filter((name) => OF_SINGLE_NODES.test(name))).toEqual([]);
  });

  it('can be loaded without anything that is not in its folder', async () => {
    const files = FUNCTIONS.map((name) => join(folder, name, `${name}.mjs`));
    const script = `
      for (const file of ${JSON.stringify(files)}) {
        const { handler } = await import(file);
        if (typeof handler !== 'function') throw new Error(file + ' has no handler');
      }
      process.stdout.write('loaded', () => process.exit());`;
    // Neither our packages nor our environment are in reach from there.
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      env: {},
      cwd: folder,
    });

    expect(stdout).toBe('loaded');
  }, 60_000);
});
