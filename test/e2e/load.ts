import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildInstance, startChild } from '../../infra/local/child-instance.ts';
import { type ApiClient, json, request, signIn } from './api-client.ts';

export interface LoadResult {
  readonly answered: number;
  readonly wrong: readonly string[];
  readonly perSecond: number;
  readonly medianMilliseconds: number;
  readonly p99Milliseconds: number;
  /** Ids of the executions on record. */
  readonly recorded: readonly string[];
  readonly unfinished: number;
}

const EXAMPLE = join(import.meta.dirname, '../../examples/order-intake.json');

/** Callers who send orders one after the other to the example's webhook, and what is on record afterwards. */
export const underLoad = async (
  instance: ChildInstance,
  callers: number,
  seconds: number,
): Promise<LoadResult> => {
  const admin = await signIn(instance);
  const workflow = await admin.call('POST', '/workflows', JSON.parse(readFileSync(EXAMPLE, 'utf8')));
  const published = await admin.call('POST', `/workflows/${workflow.body.id}/publish`, {});
  const hook: string = published.body.webhooks[0].url;
  const times: number[] = [];
  const wrong: string[] = [];
  const began = performance.now();
  const end = began + seconds * 1000;
  const caller = async (name: number): Promise<void> => {
    for (let each = 0; performance.now() < end; each += 1) {
      const order = { id: `${name}-${each}`, total: each % 2 === 0 ? 40 : 250 };
      const sent = performance.now();
      const answer = await request(hook, json('POST', order));
      times.push(performance.now() - sent);
      const decision = each % 2 === 0 ? 'accepted' : 'review';
      if (answer.body?.order !== order.id || answer.body?.decision !== decision)
        wrong.push(`${answer.status} ${JSON.stringify(answer.body)}`);
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, name) => caller(name)));
  const elapsed = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const onRecord = await recordedOf(admin, workflow.body.id);
  return {
    answered: times.length,
    wrong,
    perSecond: times.length / elapsed,
    medianMilliseconds: times[Math.floor(times.length / 2)] ?? 0,
    p99Milliseconds: times[Math.floor(times.length * 0.99)] ?? 0,
    recorded: onRecord.map((each) => each.id),
    unfinished: onRecord.filter((each) => each.status !== 'completed').length,
  };
};

const recordedOf = async (admin: ApiClient, workflowId: string) => {
  const rows: { id: string; status: string }[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await admin.call('GET', `/executions?workflowId=${workflowId}&limit=100${after}`);
    rows.push(...body.data);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return rows;
};

/** `node test/e2e/load.ts [seconds] [callers]` on an instance of its own. */
const main = async (): Promise<void> => {
  const [seconds = 30, callers = 20] = process.argv.slice(2).map(Number);
  const folder = mkdtempSync(join(tmpdir(), 'stepwell-load-'));
  const instance = await startChild(folder);
  try {
    const { recorded, wrong, ...figures } = await underLoad(instance, callers, seconds);
    const once = new Set(recorded).size === recorded.length && recorded.length === figures.answered;
    console.log({ ...figures, recorded: recorded.length, wrong: wrong.length, firstWrong: wrong[0] });
    if (wrong.length > 0 || figures.unfinished > 0 || !once) process.exitCode = 1;
  } catch (error) {
    console.error(instance.output());
    throw error;
  } finally {
    await instance.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

if (import.meta.main) await main();
