import { removeExpired } from '../../shared/executions/remove-expired.ts';
import { type SweepReport, sweep } from '../../shared/executions/sweep.ts';
import { runJobs } from '../../shared/jobs/run-jobs.ts';
import type { Platform } from '../../shared/platform.ts';
import { bringAllInLine } from '../../shared/schedules/bring-in-line.ts';
import { noticeNewClocks } from '../../shared/schedules/new-clocks.ts';
import type { Hold } from '../../shared/store/hold.ts';

/** A start that has not shown after this was lost: its machine tries for some seconds only. */
const START_MILLISECONDS = 60_000;
const JOB_MILLISECONDS = 30_000;
const CLOCKS_MILLISECONDS = 60_000;

export interface Swept extends SweepReport {
  /** Schedules that were not what their rows say. */
  readonly schedules: number;
}

/**
 * Looks after what was left: executions that nobody moves, schedules that are out of line. `clocks` is what those of this
 * deployment are called. Null while the table is held.
 */
export const sweepAll = async (
  platform: Platform,
  hold: Pick<Hold, 'isHeld'>,
  clocks: string,
): Promise<Swept | null> => {
  if (await hold.isHeld()) return null;
  const { stores, clock, orchestrator, log } = platform;
  const report = await sweep({
    stores,
    clock,
    poke: orchestrator.poke,
    // State machines keep no list of what they look after; a lease says it.
    knows: () => false,
    isHeld: ({ until }) => until > clock.now(),
    startMilliseconds: START_MILLISECONDS,
    log,
  });
  await runJobs(platform, clock.now() + JOB_MILLISECONDS);
  // The table drops rows by itself; what they have put aside for long goes first, looked for once an hour.
  if (new Date(clock.now()).getUTCMinutes() === 0) await removeExpired(platform);
  await noticeNewClocks(platform, clocks);
  return { ...report, schedules: await bringAllInLine(platform, clock.now() + CLOCKS_MILLISECONDS) };
};
