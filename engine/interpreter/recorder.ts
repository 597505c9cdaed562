import { stateFrom } from './body.ts';
import type { JournalEvent } from './event.ts';
import { type JournalWriter, makeJournalWriter } from './journal-writer.ts';
import { makeReadyQueue, type ReadyQueue } from './ready-queue.ts';
import type { Slice } from './slice.ts';
import { type ExecutionState, emptyState } from './state.ts';
import { replay, type StartNode, transition } from './transition.ts';

/** An execution on the move: its state, its journal, and what is ready to begin. Nothing else changes them. */
export interface Recorder {
  readonly state: ExecutionState;
  readonly journal: JournalWriter;
  readonly ready: ReadyQueue;
  /** Advances state and journal by an event. What came from outside must be on disk before something depends on it. */
  record(event: JournalEvent, isFromOutside?: boolean): void;
  enqueue(command: StartNode): void;
  /** How many events the state has been folded from, since the last snapshot. */
  readonly folded: number;
  /** Resolves when all results from outside are on disk. */
  settled(): Promise<void>;
}

const firstState = ({ snapshot, body }: Slice): ExecutionState => {
  // The slice changes its state in place; what it was given stays as it is.
  if (snapshot !== undefined) return structuredClone(snapshot) as unknown as ExecutionState;
  return body ? stateFrom(body.base) : emptyState();
};

/** Begins from the events read so far; `onChange` is called when an append has ended. */
export const makeRecorder = (slice: Slice, onChange: () => void): Recorder => {
  const { plan, events } = slice;
  const state = replay(plan, firstState(slice), events);
  const journal = makeJournalWriter(slice.journal, onChange);
  const ready = makeReadyQueue();
  let newestResult = 0;
  let folded = events.length;

  const enqueue = (command: StartNode) =>
    ready.add(command, plan.nodes.get(command.nodeId)?.type.pure ?? true);
  return {
    state,
    journal,
    ready,
    enqueue,
    record: (event, isFromOutside = false) => {
      const position = journal.add(event);
      folded += 1;
      if (isFromOutside) newestResult = position;
      for (const command of transition(plan, state, event).commands) {
        if (command.kind === 'startNode') enqueue(command);
      }
    },
    get folded() {
      return folded;
    },
    settled: () => journal.durable(newestResult),
  };
};
