import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleFunctions } from '../../infra/bundles.ts';
import { FUNCTIONS } from '../../infra/functions.ts';

const run = promisify(execFile);
const MAX_COLD_BYTES = 1_500_000;
/** With the libraries of single nodes, which lie beside what a cold start reads. */
const MAX_ARCHIVE_BYTES = 5_000_000;
/** What single nodes need, and load when they run. */
const OF_SINGLE_NODES =
  /^(csv-|fast-xml-parser|fflate|luxon|marked|mysql2|node-html-|nodemailer|pg$|quickjs|@jitl|read-excel|write-excel|yaml|@aws-sdk\/client-(?!dynamodb$))/;

/** Functions that have no part in what workflows do, or hand it on. */
const WITHOUT_ENGINE = [
  ...['health', 'setup', 'auth', 'me', 'api-keys', 'credentials', 'variables', 'events', 'stats'],
  ...['ai-models', 'hooks', 'event-dispatch', 'schedule-firing', 'sandbox', 'deployment'],
];

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

  it('grows no further with what is imported when first used', () => {
    const large = [...bundles].filter(([, { bytes }]) => bytes > MAX_ARCHIVE_BYTES);

    expect(large).toEqual([]);
  });

  it.each(FUNCTIONS)('of %s is ES modules, each with its source map', async (name) => {
    const files = await readdir(join(folder, name));

    expect(files.filter((file) => !/\.mjs(\.map)?$/.test(file))).toEqual([]);
    expect(files.filter((file) => file.endsWith('.mjs') && !files.includes(`${file}.map`))).toEqual([]);
  });

  it.each(FUNCTIONS)('of %s begins without formats, databases and the services of single nodes', (name) => {
    const packages = bundles.get(name)?.coldPackages ?? [];

    expect(packages.filter((each) => OF_SINGLE_NODES.test(each))).toEqual([]);
  });

  it('of the interpreter begins with the language of expressions', () => {
    expect(bundles.get('interpreter')?.coldPackages).toContain('jsonata');
  });

  it.each(WITHOUT_ENGINE)('of %s begins without what moves executions', (name) => {
    const { coldPackages, coldBytes } = bundles.get(name) ?? { coldPackages: ['nothing'], coldBytes: 0 };

    expect(coldPackages).not.toContain('nothing');
    expect(coldPackages).not.toContain('jsonata');
    expect(coldBytes).toBeLessThan(800_000);
  });

  /** Imports files in a process that has neither our packages nor our environment in reach, and answers what went wrong. */
  const load = async (files: readonly string[], check: string): Promise<string> => {
    const script = `
      const wrong = [];
      for (const file of ${JSON.stringify(files)}) {
        try {
          const module = await import(file);
          ${check}
        } catch (error) {
          wrong.push(file + ': ' + error);
        }
      }
      process.stdout.write(wrong.join('\\n') || 'loaded', () => process.exit());`;
    const nowhere = { env: {}, cwd: folder };
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], nowhere);
    return stdout;
  };

  it('can be loaded without anything that is not in its folder', async () => {
    const files = FUNCTIONS.map((name) => join(folder, name, `${name}.mjs`));
    const isFunction = `if (typeof module.handler !== 'function') throw new Error('it has no handler');`;

    expect(await load(files, isFunction)).toBe('loaded');
  }, 60_000);

  it('of the interpreter can be loaded to its last file, those for single nodes included', async () => {
    const files = (await readdir(join(folder, 'interpreter'))).filter((file) => file.endsWith('.mjs'));

    expect(files.length).toBeGreaterThan(40);
    expect(
      await load(
        files.map((file) => join(folder, 'interpreter', file)),
        '',
      ),
    ).toBe('loaded');
  }, 60_000);
});
