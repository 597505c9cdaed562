import { endIn } from '../../engine/interpreter/end-in.ts';
import type { ExecutionFinished, JournalEvent } from '../../engine/interpreter/event.ts';
import type { JournalPort } from '../../engine/ports.ts';

/** Told what is on disk. */
export type OnAppend = (events: readonly JournalEvent[]) => void;

type Journal = Pick<JournalPort, 'append' | 'readInbox' | 'expire'>;

/** A journal that is asked for before it is begun without its end. */
export const asking = (journal: Journal, mayStore: (() => Promise<boolean>) | undefined): Journal => {
  if (!mayStore) return journal;
  let hasAsked = false;
  return {
    ...journal,
    append: async (events, end) => {
      if (!hasAsked && end.kind !== 'final' && !(await mayStore())) return false;
      hasAsked = true;
      return journal.append(events, end);
    },
  };
};

/** A journal whose last event has its consequences before the slice tells of the end. */
export const concluding = (
  { append, ...journal }: Journal,
  onAppend: OnAppend | undefined,
  conclude: (final: ExecutionFinished) => Promise<void>,
): JournalPort => ({
  ...journal,
  append: async (events, end) => {
    if (!(await append(events, end))) return false;
    onAppend?.(events);
    const final = end.kind === 'final' ? endIn(events) : null;
    if (final) await conclude(final);
    return true;
  },
});
