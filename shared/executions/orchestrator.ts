import type { NewExecution } from '../store/execution-record.ts';
import type { Answer } from './answer.ts';

/** What makes executions move: a worker pool on one machine, state machines on AWS. */
export interface Orchestrator {
  /**
   * "Interpret this execution": harmless if there is nothing to do, and may be lost, as the sweep finds what is open.
   * Resolves when the wish is passed on, not when it is done. `writer` has let go of it: its lease is taken over.
   */
  poke(executionId: string, writer?: string): Promise<void>;
  /**
   * Interprets with a caller waiting. Resolves when the execution has responded, is done or has parked, or at `answerBy`
   * (milliseconds since 1970) at the latest; the caller then reads the journal, which alone says what happened.
   */
  run(executionId: string, answerBy: number): Promise<void>;
  /**
   * Runs one that nobody has accepted yet, with a caller waiting: it is accepted by what it first records. Resolves like
   * `run` with what the journal then says, or with null where that is not known: whoever asked then accepts it.
   */
  begin(execution: IdentifiedExecution, answerBy: number): Promise<Answer | null>;
}

export type IdentifiedExecution = NewExecution & { readonly id: string };
