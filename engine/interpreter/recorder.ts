import { stateFrom } from './body.ts';
import type { JournalEvent } from './event.ts';
import { JournalWriter } from './journal-writer.ts';
import { makeReadyQueue, type ReadyQueue } from './ready-queue.ts';
import type { Slice } from './slice.ts';
import { type ExecutionState, emptyState } from './state.ts';
import { replay, type StartNode, transition } from './transition.ts';

/** An execution on the move: its state, its journal, and what is ready to begin. Nothing else changes them. */
export class Recorder {
  readonly state: ExecutionState;
  readonly journal: JournalWriter;
  readonly ready: ReadyQueue = makeReadyQueue();
  readonly #plan: Slice['plan'];
  #newestResult = 0;
  #folded: number;

  /** Begins from the events read so far; `onChange` is called when an append has ended and left something. */
  constructor(slice: Slice, onChange: () => void) {
    const { plan, events } = slice;
    this.state = replay(plan, firstState(slice), events);
    this.journal = new JournalWriter(slice.journal, onChange);
    this.#plan = plan;
    this.#folded = events.length;
  }

  /** How many events the state has been folded from, since the last snapshot. */
  get folded(): number {
    return this.#folded;
  }

  /** Advances state and journal by an event. What came from outside must be on disk before something depends on it. */
  record(event: JournalEvent, isFromOutside = false): void {
    const position = this.journal.add(event);
    this.#folded += 1;
    if (isFromOutside) this.#newestResult = position;
    for (const command of transition(this.#plan, this.state, event).commands) {
      if (command.kind === 'startNode') this.enqueue(command);
    }
  }

  enqueue(command: StartNode): void {
    this.ready.add(command, this.#plan.nodes.get(command.nodeId)?.type.pure ?? true);
  }

  /** Resolves when all results from outside are on disk. */
  settled(): Promise<void> {
    return this.journal.durable(this.#newestResult);
  }
}

const firstState = ({ snapshot, body }: Slice): ExecutionState => {
  // The slice changes its state in place; what it was given stays as it is.
  if (snapshot !== undefined) return structuredClone(snapshot) as unknown as ExecutionState;
  return body ? stateFrom(body.base) : emptyState();
};
