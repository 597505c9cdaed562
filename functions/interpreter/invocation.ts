import type { IdentifiedExecution } from '../../shared/executions/orchestrator.ts';

/** A machine cannot be told of itself before it is made, so that it hands on what it finds in its own context. */
export interface Machines {
  /** With which the interpreter wakes other executions. */
  readonly express: string;
  readonly standard: string;
}

/** What the state machines give the interpreter. Ids and times only, but for an execution that is yet to be accepted. */
export interface Invocation {
  readonly machine: 'express' | 'standard';
  /** Those of this deployment, by their ARNs. */
  readonly machines: Machines;
  /** Express: when the machine began, ISO-8601; it ends five minutes later. */
  readonly startedAt?: string;
  /** How often this step has failed before. */
  readonly retries?: number;
  /** Standard: the park it waits for, as a place in the journal; -1 when it waits for none. */
  readonly park?: number;
  /** Standard: slices since the execution was handed over. */
  readonly turns?: number;
  readonly input: {
    readonly executionId: string;
    /** Until when somebody waits for the answer, in milliseconds since 1970; missing when nobody does. */
    readonly answerBy?: number;
    /** Who wrote the journal last and has let go of it, to whom this slice is the next; empty when nobody has. */
    readonly writer?: string;
    /** One that nobody has accepted: it is with what it first records. */
    readonly execution?: IdentifiedExecution;
  };
}
