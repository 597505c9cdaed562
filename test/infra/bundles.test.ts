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

  it.each(FUNCTIONS)('%s can be loaded without anything that is not in its folder', async (name) => {
    const script = `const { handler } = await import(${JSON.stringify(join(folder, name, `${name}.mjs`))}); process.stdout.write(typeof handler, () => process.exit());`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      env: {},
      cwd: folder,
    });

    expect(stdout.trim()).toBe('function');
  });

  it('runs what people write, made small as it is', async () => {
    const input = { items: [{ json: { n: 1 } }], inputs: {}, facts: {}, nodes: {} };
    const program = {
      source:
        'console.log(Buffer.from("a").toString("hex"), new URL("https://a.example/b").host); return { n: $json.n + 1 }',
      mode: 'all',
      input: JSON.stringify(input),
      now: 0,
      seed: 1,
      milliseconds: 5_000,
      memoryMebibytes: 64,
      outputBytes: 1_000,
    };
    const path = JSON.stringify(join(folder, 'sandbox', 'sandbox.mjs'));
    const script = `const { handler } = await import(${path}); const report = await handler(${JSON.stringify(program)}); process.stdout.write(JSON.stringify(report), () => process.exit());`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      env: {},
      cwd: folder,
    });

    expect(JSON.parse(stdout)).toEqual({
      lines: [{ level: 'info', text: '61 a.example' }],
      output: '{"items":[{"json":{"n":2}}],"from":[null],"failed":[]}',
    });
  });
});
