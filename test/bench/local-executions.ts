import { type ChildInstance, startChild } from '../../infra/local/child-instance.ts';
import { openCaller } from './caller.ts';
import type { Figures } from './figures.ts';
import { childrenOf, processorMilliseconds } from './process-costs.ts';
import { type PublishedHook, publishHook } from './published-hook.ts';
import { startReceiver } from './receiver.ts';
import { median, quantile } from './statistics.ts';
import { CHAIN_NODES, chainOfSets, sleeper, tenCalls } from './workflows.ts';

const TIMES = 150;
const SLEEPERS = 1_000;
const SLEEP_MILLISECONDS = 5_000;
const CALLERS = 50;

/** Executions of other kinds: long chains, calls one after the other, many that sleep. */
export const measureExecutions = async (folder: string): Promise<Figures> => {
  const receiver = await startReceiver();
  const instance = await startChild(folder, { STEPWELL_ALLOW_HOSTS: new URL(receiver.url).host });
  try {
    const short = await oneByOne(instance, await publishHook(instance, chainOfSets(2)));
    const long = await oneByOne(instance, await publishHook(instance, chainOfSets(2 + CHAIN_NODES)));
    const calls = await oneByOne(instance, await publishHook(instance, tenCalls(receiver.url)));
    const lateness = await sleepers(instance, await publishHook(instance, sleeper(SLEEP_MILLISECONDS)));
    return {
      'local.chainNodeMicroseconds': ((long.wall - short.wall) * 1000) / CHAIN_NODES,
      'local.chainNodeCpuMicroseconds': ((long.cpu - short.cpu) * 1000) / CHAIN_NODES,
      'local.tenHttpStepsMilliseconds': calls.wall,
      'local.tenHttpStepsCpuMilliseconds': calls.cpu,
      'local.sleepersLatenessP50Milliseconds': median(lateness),
      'local.sleepersLatenessP99Milliseconds': quantile(lateness, 0.99),
    };
  } finally {
    await instance.stop();
    await receiver.close();
  }
};

/** Milliseconds of one execution with nothing else under way: the median by the clock, and of processor time on average. */
const oneByOne = async (
  instance: ChildInstance,
  { path }: PublishedHook,
): Promise<{ wall: number; cpu: number }> => {
  const pid = instance.process.pid ?? 0;
  const spent = () => [pid, ...childrenOf(pid)].reduce((sum, each) => sum + processorMilliseconds(each), 0);
  let before = 0;
  const caller = await openCaller(instance.hooksUrl);
  const times: number[] = [];
  for (let each = 0; each < TIMES * 2; each += 1) {
    if (each === TIMES) before = spent();
    const sent = performance.now();
    const answer = await caller.post(path, JSON.stringify({ n: each }));
    times.push(performance.now() - sent);
    if (answer.status !== 200) throw new Error(`An execution answered ${answer.status} ${answer.body}`);
  }
  caller.close();
  return { wall: median(times.slice(TIMES)), cpu: (spent() - before) / TIMES };
};

/** How much later than asked each of many executions was over that were started at once, in milliseconds. */
const sleepers = async (
  instance: ChildInstance,
  { admin, path, workflowId }: PublishedHook,
): Promise<number[]> => {
  let started = 0;
  const start = async (): Promise<void> => {
    const caller = await openCaller(instance.hooksUrl);
    while (started < SLEEPERS) {
      started += 1;
      const answer = await caller.post(path, '{}');
      if (answer.status !== 202) throw new Error(`A sleeper was answered ${answer.status} ${answer.body}`);
    }
    caller.close();
  };
  await Promise.all(Array.from({ length: CALLERS }, start));
  const giveUp = performance.now() + SLEEP_MILLISECONDS * 4;
  while (performance.now() < giveUp) {
    await new Promise((resolve) => setTimeout(resolve, SLEEP_MILLISECONDS));
    const rows = await everyExecution(admin, workflowId);
    if (rows.length !== SLEEPERS) throw new Error(`${rows.length} of ${SLEEPERS} sleepers are on record.`);
    if (rows.some(({ status }) => status === 'running' || status === 'pending')) continue;
    const lateness: number[] = [];
    for (const { id } of rows) {
      const { body } = await admin.call('GET', `/executions/${id}`);
      const { slept, woke } = body.output[0].json;
      lateness.push(Date.parse(woke) - Date.parse(slept) - SLEEP_MILLISECONDS);
    }
    return lateness;
  }
  throw new Error('The sleepers did not wake.');
};

const everyExecution = async (admin: PublishedHook['admin'], workflowId: string) => {
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
