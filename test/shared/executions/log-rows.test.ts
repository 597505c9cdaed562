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
  children: [],
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

it('tells of a thousand executions that a node has begun, and of more first those that failed', () => {
  const begun = (count: number, failed: number) =>
    Array.from({ length: count }, (_, at) => ({
      executionId: `exec_${at}`,
      status: at === failed ? ('failed' as const) : ('completed' as const),
    }));
  const [few, many] = logRows(
    'exec_1',
    [aRun({ children: begun(3, 1) }), aRun({ children: begun(1_200, 1_100) })],
    same,
  );
  expect(few?.children.map(({ status }) => status)).toEqual(['completed', 'failed', 'completed']);
  expect(many?.children).toHaveLength(1_000);
  expect(many?.children[0]).toEqual({ executionId: 'exec_1100', status: 'failed' });
});
