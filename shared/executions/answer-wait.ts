import { endIn } from '../../engine/interpreter/end-in.ts';
import type { Json } from '../../engine/item.ts';
import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import { type KnownWait, waitsIn } from './waits.ts';

/** An execution and one of its waits, still to be answered. `known` is null for one that has not begun to wait yet. */
export interface OpenWait {
  readonly executionId: string;
  readonly waitId: string;
  readonly known: KnownWait | null;
}

/** Throws `resume.ended` when nobody waits for the answer any more, `resume.answered` when another was first. */
export const openWait = async (
  { stores }: Platform,
  { executionId, waitId }: { readonly executionId: string; readonly waitId: string },
): Promise<OpenWait> => {
  const loaded = await stores.executions.load(executionId);
  if (!loaded) throw new AppError('resume.ended', 'The execution is over and has been removed.');
  const known = waitsIn(loaded.events).find(({ wait }) => wait.id === waitId) ?? null;
  const given = loaded.inbox.find((item) => item.kind === 'callback' && item.waitId === waitId);
  if (given?.expired || known?.ended?.kind === 'timeout') throw tooLate();
  if (given || known?.ended?.kind === 'answer') throw answered();
  if (endIn(loaded.events) || loaded.record.finishedAt !== null) {
    throw new AppError('resume.ended', 'The execution has ended; nothing waits for this answer.');
  }
  return { executionId, waitId, known };
};

/** Puts an answer where the execution finds it, and wakes it. Of several at once one is taken, the others throw. */
export const answerWait = async (
  platform: Platform,
  { executionId, waitId }: OpenWait,
  answer: { readonly data: Json; readonly by: string | null },
): Promise<void> => {
  const { stores, clock, orchestrator } = platform;
  const { data, by } = answer;
  const item = { kind: 'callback', waitId, at: clock.now(), data, ...(by === null ? {} : { by }) } as const;
  try {
    await stores.executions.putInbox(executionId, item);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'resource.conflict')) throw error;
    const inbox = await stores.executions.readInbox(executionId);
    const first = inbox.find((each) => each.kind === 'callback' && each.waitId === waitId);
    throw first?.expired ? tooLate() : answered();
  }
  await orchestrator.poke(executionId);
};

const tooLate = (): AppError =>
  new AppError('resume.ended', 'The answer comes too late: the wait has run out.');

const answered = (): AppError =>
  new AppError('resume.answered', 'This was answered before; the first answer stands.');
