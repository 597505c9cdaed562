import type { IdentifiedExecution } from '../../shared/executions/orchestrator.ts';

/** What the state machines give the interpreter. Ids and times only, but for an execution that is yet to be accepted. */
export interface Invocation {
  readonly machine: 'express' | 'standard';
  /** ARN of the Express machine, with which the interpreter wakes other executions. */
  readonly expressMachine: string;
  /** Express: when the machine began, ISO-8601; it ends five minutes later. */
  readonly startedAt?: string;
  /** Express: how often this step has failed before. */
  readonly retries?: number;
  /** Standard: the park it waits for, as a place in the journal; -1 when it waits for none. */
  readonly park?: number;
  /** Standard: slices since the execution was handed over. */
  readonly turns?: number;
  readonly input: {
    readonly executionId: string;
    /** Until when somebody waits for the answer, in milliseconds since 1970; missing when nobody does. */
    readonly answerBy?: number;
    /** One that nobody has accepted: it is with what it first records. */
    readonly execution?: IdentifiedExecution;
  };
}
