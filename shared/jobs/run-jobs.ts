import type { Platform } from '../platform.ts';
import type { Job, JobKind } from '../store/jobs.ts';
import type { RunKind } from './run-kind.ts';

/** Loaded when there is one: mostly there is none. */
const KINDS: Readonly<Record<JobKind, () => Promise<RunKind>>> = {
  'workflow.delete': async () => (await import('./delete-workflow.ts')).deleteWorkflow,
  'user.delete': async () => (await import('./delete-user.ts')).deleteUser,
  'user.unpublish': async () => {
    const { unpublishAll } = await import('../users/unpublish-all.ts');
    return async (platform, { subject }) => {
      await unpublishAll(platform, subject);
      return true;
    };
  },
};

const AT_ONCE = 25;

export const runJob = async (platform: Platform, job: Job, until: number): Promise<boolean> => {
  const run = await KINDS[job.kind]();
  const isDone = await run(platform, job, until);
  if (isDone) await platform.stores.jobs.remove(job);
  return isDone;
};

/** Goes on with jobs that were cut short or have to wait for something. One that fails does not keep the others. */
export const runJobs = async (platform: Platform, until: number): Promise<void> => {
  for (const job of await platform.stores.jobs.list(AT_ONCE)) {
    if (platform.clock.now() >= until) return;
    try {
      await runJob(platform, job, until);
    } catch (error) {
      platform.log({ level: 'error', message: 'job failed', ...job, error: String(error) });
    }
  }
};
