import type { Platform } from '../platform.ts';
import type { Job } from '../store/jobs.ts';

/** Does some of a job, until the time given at most. True when nothing is left of it. Repeats harm nothing. */
export type RunKind = (platform: Platform, job: Job, until: number) => Promise<boolean>;
