import { expect, it } from 'vitest';
import type { NodeRunLog } from '../../../engine/index.ts';
import { logRows } from '../../../shared/executions/log-rows.ts';

const MEBIBYTE = 1024 * 1024;

const aRun = (changes: Partial<NodeRunLog> = {}): NodeRunLog => ({
  nodeId: 'node',
  run: 'node',
  attempt: 1,
  status: 'completed',
  startedAt: 0,
  finishedAt: 5,
  inputs: {},
  outputs: {},
  error: null,
  console: [],
  usage: null,
  ...changes,
});

const same = <T>(item: T): T => item;

it('shows items and console lines whole where they are small', () => {
  const console = [{ level: 'info', text: 'hello' }] as const;
  const outputs = { main: [{ json: { n: 1 } }] };
  expect(logRows('exec_1', [aRun({ console, outputs })], same)).toMatchObject([
    { console, outputData: outputs, inputData: null, truncated: false, durationMs: 5 },
  ]);
});

it('keeps a page within an answer, whatever a hundred runs have to say', () => {
  const console = Array.from({ length: 200 }, () => ({ level: 'info' as const, text: 'x'.repeat(160) }));
  const main = Array.from({ length: 50 }, (_, n) => ({ json: { n, text: 'y'.repeat(1_000) } }));
  const runs = Array.from({ length: 100 }, () => aRun({ console, inputs: { main }, outputs: { main } }));

  const rows = logRows('exec_1', runs, same);

  expect(JSON.stringify(rows).length).toBeLessThan(4 * MEBIBYTE);
  expect(rows.every(({ truncated }) => truncated)).toBe(true);
  expect(rows[0]?.console.length).toBeGreaterThan(0);
});
