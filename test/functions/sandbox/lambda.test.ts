import { expect, it } from 'vitest';
import type { SandboxProgram } from '../../../engine/ports.ts';
import { handler } from '../../../functions/sandbox/lambda.ts';

const program: SandboxProgram = {
  source: 'console.log("n", $json.n); return { n: $json.n + 1, env: typeof process }',
  mode: 'all',
  input: JSON.stringify({ items: [{ json: { n: 1 } }], inputs: {}, facts: {}, nodes: {} }),
  now: 0,
  seed: 1,
  milliseconds: 2_000,
  memoryMebibytes: 32,
  outputBytes: 1024,
};

it('runs a program in a thread of its own file', async () => {
  expect(await handler(program)).toEqual({
    lines: [{ level: 'info', text: 'n 1' }],
    output: '{"items":[{"json":{"n":2,"env":"undefined"}}],"from":[null],"failed":[]}',
  });
});

it('ends one that does not, and runs the next', async () => {
  const hung = await handler({ ...program, source: 'new Array(1e9) + ""', milliseconds: 200 });
  expect(hung).toMatchObject({ error: { code: 'code.timeout' } });
  expect(await handler(program)).toHaveProperty('output');
});
