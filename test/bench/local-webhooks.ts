import { startChild } from '../../infra/local/child-instance.ts';
import type { Figures } from './figures.ts';
import { hookLoad, type Question } from './hook-load.ts';
import { childrenOf, processorMilliseconds, residentMebibytes } from './process-costs.ts';
import { countRecorded, ORDER_INTAKE, publishHook } from './published-hook.ts';
import { median, quantile } from './statistics.ts';

const CALLERS = 20;
const WARM_UP_SECONDS = 3;
const LOAD_SECONDS = 10;
const SINGLE_SECONDS = 3;

/** Webhook → set → if → respond: under load, then one by one. Every answer is looked at, and counted in the record. */
export const measureWebhooks = async (folder: string): Promise<Figures> => {
  const instance = await startChild(folder);
  try {
    const hook = await publishHook(instance, ORDER_INTAKE);
    const pids = [instance.process.pid ?? 0, ...childrenOf(instance.process.pid ?? 0)];
    const warmUp = await hookLoad(instance, hook.path, CALLERS, WARM_UP_SECONDS, ask);
    const before = [process.pid, ...pids].map(processorMilliseconds);
    const load = await hookLoad(instance, hook.path, CALLERS, LOAD_SECONDS, ask);
    const spent = [process.pid, ...pids].map((pid, at) => processorMilliseconds(pid) - (before[at] ?? 0));
    const memory = residentMebibytes(pids);
    const single = await hookLoad(instance, hook.path, 1, SINGLE_SECONDS, ask);
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

const ask: Question = (caller, each) => {
  const [order, total] = [`${caller}-${each}`, each % 2 === 0 ? 40 : 250];
  const decision = each % 2 === 0 ? 'accepted' : 'review';
  return { sent: { id: order, total }, right: { order, decision, total } };
};
