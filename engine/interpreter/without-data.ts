import type { JournalEvent } from './event.ts';

/**
 * What stays of a journal whose data is not to be saved: which nodes ran when, how they ended, and with what error; no
 * item, no answer, no notes.
 */
export const withoutData = (events: readonly JournalEvent[]): readonly JournalEvent[] =>
  events.flatMap((event): JournalEvent[] => {
    switch (event.type) {
      case 'executionStarted':
        return [{ ...event, items: [] }];
      case 'nodeSucceeded':
        return [{ ...event, outputs: {}, pairing: {} }];
      case 'executionFinished': {
        const { type, at, status, error } = event;
        return [{ type, at, status, ...(error ? { error } : {}) }];
      }
      case 'nodeStarted':
      case 'nodeFailed':
      case 'cancelRequested':
      case 'parked':
        return [event];
      default:
        return [];
    }
  });
