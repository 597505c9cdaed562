import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildInstance } from '../../infra/local/child-instance.ts';
import { childrenOf } from '../bench/process-costs.ts';
import type { Chance } from '../fuzz/chance.ts';

/** Strikes the processes of an instance. What is over then is started again by whoever asked. */
type Blow = (instance: ChildInstance, chance: Chance) => Promise<void>;

const databaseOf = (instance: ChildInstance): readonly number[] => childrenOf(instance.process.pid ?? 0);
const signal = (pids: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It is over already.
    }
  }
};
const kill = async ({ process: child }: ChildInstance): Promise<void> => {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await gone;
};

export const BLOWS: Readonly<Record<string, Blow>> = {
  'kill -9': kill,
  'kill -9 of its database': async (instance) => signal(databaseOf(instance), 'SIGKILL'),
  'kill -9 of both': async (instance) => {
    signal(databaseOf(instance), 'SIGKILL');
    await kill(instance);
  },
  'kill -9 while it stops': async (instance, chance) => {
    instance.process.kill('SIGTERM');
    await delay(chance.below(60));
    await kill(instance);
  },
  stop: async (instance) => void (await instance.stop()),
  'hold for a while': async (instance, chance) => {
    instance.process.kill('SIGSTOP');
    await delay(chance.below(4_000));
    instance.process.kill('SIGCONT');
  },
  'hold of its database': async (instance, chance) => {
    const database = databaseOf(instance);
    signal(database, 'SIGSTOP');
    await delay(chance.below(3_000));
    signal(database, 'SIGCONT');
  },
};
