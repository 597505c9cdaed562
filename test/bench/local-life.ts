import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from '../../infra/local/child-instance.ts';
import { openCaller } from './caller.ts';
import type { Figures } from './figures.ts';
import { childrenOf, processorMilliseconds, residentMebibytes } from './process-costs.ts';
import { ORDER_INTAKE, publishHook } from './published-hook.ts';
import { median } from './statistics.ts';

const STARTS = 5;
const IDLE_MILLISECONDS = 5_000;

/** How long a start takes until a webhook is answered rightly, and what an idle instance weighs. */
export const measureLife = async (folder: string): Promise<Figures> => {
  const first = await startChild(folder);
  const { path } = await publishHook(first, ORDER_INTAKE);
  await first.stop();
  const starts: number[] = [];
  const costs: number[] = [];
  let idle = 0;
  for (let each = 0; each < STARTS; each += 1) {
    const began = performance.now();
    const instance = await startChild(folder);
    try {
      const caller = await openCaller(instance.hooksUrl);
      const answer = await caller.post(path, JSON.stringify({ id: 'first', total: 1 }));
      starts.push(performance.now() - began);
      const pid = instance.process.pid ?? 0;
      costs.push(processorMilliseconds(pid));
      caller.close();
      if (answer.status !== 200) throw new Error(`The first answer was ${answer.status} ${answer.body}`);
      if (each > 0) continue;
      await delay(IDLE_MILLISECONDS);
      idle = residentMebibytes([pid, ...childrenOf(pid)]);
    } finally {
      await instance.stop();
    }
  }
  return {
    'local.startMilliseconds': median(starts),
    'local.startCpuMilliseconds': median(costs),
    'local.idleMebibytes': idle,
  };
};
