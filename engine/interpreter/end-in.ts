import type { ExecutionFinished, JournalEvent } from './event.ts';

/** How an execution has ended, if its journal has come to that. */
export const endIn = (events: readonly JournalEvent[]): ExecutionFinished | null =>
  events.findLast((event) => event.type === 'executionFinished') ?? null;
