import { type ChildInstance, startChild } from '../../infra/local/child-instance.ts';
import { openCaller } from './caller.ts';
import type { Figures } from './figures.ts';
import { childrenOf, processorMilliseconds, residentMebibytes } from './process-costs.ts';
import { countRecorded, ORDER_INTAKE, type PublishedHook, publishHook } from './published-hook.ts';
import { median, quantile } from './statistics.ts';

const CALLERS = 20;
const WARM_UP_SECONDS = 3;
const LOAD_SECONDS = 10;
const SINGLE_SECONDS = 3;

interface Run {
  readonly times: readonly number[];
  readonly seconds: number;
}

/** Webhook → set → if → respond: under load, then one by one. Every answer is looked at, and counted in the record. */
export const measureWebhooks = async (folder: string): Promise<Figures> => {
  const instance = await startChild(folder);
  try {
    const hook = await publishHook(instance, ORDER_INTAKE);
    const pids = [instance.process.pid ?? 0, ...childrenOf(instance.process.pid ?? 0)];
    const warmUp = await run(instance, hook, CALLERS, WARM_UP_SECONDS);
    const before = [process.pid, ...pids].map(processorMilliseconds);
    const load = await run(instance, hook, CALLERS, LOAD_SECONDS);
    const spent = [process.pid, ...pids].map((pid, at) => processorMilliseconds(pid) - (before[at] ?? 0));
    const memory = residentMebibytes(pids);
    const single = await run(instance, hook, 1, SINGLE_SECONDS);
    const recorded = await countRecorded(hook);
    const answered = warmUp.times.length + load.times.length + single.times.length;
    if (recorded.total !== answered || recorded.unfinished > 0)
      throw new Error(`${answered} were answered, and on record are ${JSON.stringify(recorded)}.`);
    const perExecution = (milliseconds = 0) => milliseconds / load.times.length;
    return {
      'local.webhookExecutionsPerSecond': load.times.length / load.seconds,
      'local.webhookLoadedMedianMilliseconds': median(load.times),
      'local.webhookLoadedP99Milliseconds': quantile(load.times, 0.99),
      'local.callersCpuMillisecondsPerExecution': perExecution(spent[0]),
      'local.stepwellCpuMillisecondsPerExecution': perExecution(spent[1]),
      'local.databaseCpuMillisecondsPerExecution': perExecution(spent[2]),
      'local.loadedMebibytes': memory,
      'local.webhookMedianMilliseconds': median(single.times),
      'local.webhookP99Milliseconds': quantile(single.times, 0.99),
    };
  } finally {
    await instance.stop();
  }
};

const run = async (
  instance: ChildInstance,
  { path }: PublishedHook,
  callers: number,
  seconds: number,
): Promise<Run> => {
  const times: number[] = [];
  const began = performance.now();
  const end = began + seconds * 1000;
  const one = async (name: number): Promise<void> => {
    const caller = await openCaller(instance.hooksUrl);
    for (let each = 0; performance.now() < end; each += 1) {
      const total = each % 2 === 0 ? 40 : 250;
      const sent = performance.now();
      const answer = await caller.post(path, JSON.stringify({ id: `${name}-${each}`, total }));
      times.push(performance.now() - sent);
      const decision = each % 2 === 0 ? 'accepted' : 'review';
      const right = JSON.stringify({ order: `${name}-${each}`, decision, total });
      if (answer.body !== right) throw new Error(`Expected ${right}, got ${answer.status} ${answer.body}`);
    }
    caller.close();
  };
  await Promise.all(Array.from({ length: callers }, (_, name) => one(name)));
  return { times, seconds: (performance.now() - began) / 1000 };
};
