import type { AnswerWait, JournalEvent, NodeResumed } from '../../engine/interpreter/event.ts';

/** A wait that somebody outside can answer, as the journal tells of it. */
export interface KnownWait {
  readonly nodeId: string;
  readonly wait: AnswerWait;
  /** Null while it waits. */
  readonly ended: NodeResumed['reason'] | null;
}

/** All of them, in the order they began. */
export const waitsIn = (events: readonly JournalEvent[]): readonly KnownWait[] => {
  const ends = new Map(
    events.flatMap((event) => (event.type === 'nodeResumed' ? [[event.waitId, event.reason] as const] : [])),
  );
  return events.flatMap((event): KnownWait[] =>
    event.type === 'nodeWaiting' && 'url' in event.wait
      ? [{ nodeId: event.nodeId, wait: event.wait, ended: ends.get(event.wait.id) ?? null }]
      : [],
  );
};
