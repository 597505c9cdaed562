import type { AiUsage } from '../ai/port.ts';
import type { NodeErrorData } from '../errors.ts';
import type { BinaryRef, Item, Json, PortItems } from '../item.ts';

/**
 * The journal: everything that was decided, in order. Recovery is a fold of these through `transition`, so an event
 * holds what was decided (ports, pairing, retry time) and names nodes and ports, never positions in a plan.
 * `at` and the other times are milliseconds since 1970.
 */
export type JournalEvent =
  | ExecutionStarted
  | NodeStarted
  | NodeSucceeded
  | NodeFailed
  | ItemsDone
  | NodeWaiting
  | NodeResumed
  | ChildStarted
  | ChildEnded
  | Responded
  | CancelRequested
  | Parked
  | ExecutionFinished;

export interface ExecutionStarted {
  readonly type: 'executionStarted';
  readonly at: number;
  /** The engine release that began the execution. */
  readonly engine: string;
  readonly triggerNodeId: string;
  readonly items: readonly Item[];
  /** In the execution of a map's body: which items of the map's input these are. */
  readonly body?: { readonly positions: readonly number[] };
}

/** Where a node run's items came from: the run that emitted them, by which port, into which port. */
export interface Arrival {
  readonly run: string;
  readonly sourcePort: string;
  readonly targetPort: string;
}

/** Written before a node acts on the outside; nodes without effects go without it. */
export interface NodeStarted {
  readonly type: 'nodeStarted';
  readonly at: number;
  readonly run: string;
  readonly nodeId: string;
  readonly attempt: number;
  readonly inputs: readonly Arrival[];
}

/**
 * For each output item the index of the input item it came from (`'same'`: item i from item i; a list where it came
 * from several; `'all'`: every one from every input item). Indexes count through the arrivals of the run in order.
 */
export type Pairing = 'same' | 'all' | readonly (number | readonly number[])[];

export interface NodeSucceeded {
  readonly type: 'nodeSucceeded';
  readonly at: number;
  readonly startedAt: number;
  readonly run: string;
  readonly nodeId: string;
  readonly attempt: number;
  readonly inputs: readonly Arrival[];
  readonly outputs: PortItems;
  readonly pairing: Readonly<Record<string, Pairing>>;
  /** Set when an error was turned into items by `onError: continue` or `branch`. */
  readonly error?: NodeErrorData;
  readonly console?: readonly ConsoleLine[];
  /** What models have cost the attempt. */
  readonly usage?: AiUsage;
  /** Of a loop's head: another turn follows, with what it carries over; `collects`: what comes back is kept for the end. */
  readonly turn?: { readonly carry: Json; readonly collects: boolean };
  /** Of a loop's head: the port that gives what came back in all turns. The items are those of the runs that sent them. */
  readonly collected?: string;
}

/** What a node run has to say to people besides its items. */
export interface ConsoleLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
}

export interface NodeFailed {
  readonly type: 'nodeFailed';
  readonly at: number;
  readonly startedAt: number;
  readonly run: string;
  readonly nodeId: string;
  readonly attempt: number;
  readonly inputs: readonly Arrival[];
  readonly error: NodeErrorData;
  /** When the next attempt begins; null when this was the last and the execution fails. */
  readonly retryAt: number | null;
  readonly console?: readonly ConsoleLine[];
  /** What models have cost the attempt. */
  readonly usage?: AiUsage;
}

/** What a node that works item by item has got done before its attempt ended or was cut: not done again. */
interface ItemsDone {
  readonly type: 'itemsDone';
  readonly at: number;
  readonly run: string;
  readonly nodeId: string;
  readonly items: readonly ItemDone[];
}

/** One finished item of a node run, by its position in the run's input; `error` when it failed for good. */
export type ItemDone =
  | { readonly index: number; readonly outputs: PortItems }
  | { readonly index: number; readonly error: NodeErrorData };

/** A node run that goes on later. What it shows meanwhile (links) goes on at once by ports of its own. */
export interface NodeWaiting {
  readonly type: 'nodeWaiting';
  readonly at: number;
  readonly startedAt: number;
  readonly run: string;
  readonly nodeId: string;
  readonly attempt: number;
  readonly inputs: readonly Arrival[];
  readonly outputs: PortItems;
  readonly pairing: Readonly<Record<string, Pairing>>;
  readonly wait: Wait;
  readonly console?: readonly ConsoleLine[];
  /** What models have cost the attempt. */
  readonly usage?: AiUsage;
}

/** What a node run waits for. `id` names it in links and in the inbox. */
export type Wait = TimerWait | AnswerWait | ChildrenWait;

interface TimerWait {
  readonly id: string;
  readonly kind: 'timer';
  readonly until: number;
  /** What the node wants to know again when it goes on. */
  readonly notes?: Json;
}

/** For somebody outside; `until` is when it gives up, null: never by itself. */
export interface AnswerWait {
  readonly id: string;
  readonly kind: 'callback' | 'approval';
  readonly until: number | null;
  readonly url: string;
  readonly notes?: Json;
  /** What may be answered, for the page behind the link. */
  readonly form?: AnswerForm;
}

/** A question to a person. Without choices any answer will do. */
export interface AnswerForm {
  readonly title: string;
  readonly message: string;
  readonly choices: readonly string[];
  readonly fields: readonly FormField[];
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'longText' | 'number' | 'boolean' | 'select' | 'date';
  readonly required: boolean;
  readonly options: readonly string[];
}

export interface ChildrenWait {
  readonly id: string;
  readonly kind: 'child';
  readonly until: null;
  readonly notes?: Json;
  readonly children: readonly ChildCall[];
  /** How many run at once. */
  readonly concurrency: number;
  /** Whether no more are begun once one has failed. */
  readonly stopsAtFailure: boolean;
}

/** What a child execution runs: a workflow of the same owner, or the body of a map in this one. Its input are items of the waiting run. */
export type ChildCall =
  | {
      readonly kind: 'workflow';
      readonly workflowId: string;
      /** A number, or the version that is published when it starts. */
      readonly version: number | 'published';
      /** Positions in the run's main input. */
      readonly items: readonly number[];
      /** Items of its own, in place of those. */
      readonly given?: readonly Item[];
      /** Whether its end is waited for. */
      readonly isAwaited: boolean;
    }
  | { readonly kind: 'body'; readonly items: readonly number[] };

/** Why a node run goes on. */
export interface NodeResumed {
  readonly type: 'nodeResumed';
  readonly at: number;
  readonly run: string;
  readonly nodeId: string;
  readonly waitId: string;
  readonly reason: ResumeReason;
}

export type ResumeReason =
  | { readonly kind: 'timer' }
  /** Nobody answered in time. */
  | { readonly kind: 'timeout' }
  | { readonly kind: 'answer'; readonly data: Json; readonly by: string | null }
  | { readonly kind: 'children' };

interface ChildStarted {
  readonly type: 'childStarted';
  readonly at: number;
  readonly run: string;
  readonly waitId: string;
  /** Which of the wait's children. */
  readonly index: number;
  readonly executionId: string;
  /** Since when it ran in its parent's slice. That time is waited for it, and not worked. */
  readonly since?: number;
}

export interface ChildEnded {
  readonly type: 'childEnded';
  readonly at: number;
  readonly run: string;
  readonly waitId: string;
  readonly index: number;
  readonly result: ChildResult;
  /** When it is begun anew, having failed; null when it is not. */
  readonly retryAt: number | null;
}

/** What came of a child. Items of a map's body know which of the child's own input items they came from. */
export type ChildResult =
  | { readonly status: 'completed'; readonly items: readonly Item[]; readonly pairing?: Pairing }
  | { readonly status: 'failed' | 'cancelled'; readonly error: NodeErrorData };

/** The answer a waiting caller gets. The first one wins; it is on disk before it is sent. */
interface Responded {
  readonly type: 'responded';
  readonly at: number;
  readonly run: string;
  readonly response: WorkflowResponse;
}

export interface WorkflowResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body:
    | { readonly kind: 'json'; readonly value: unknown }
    | { readonly kind: 'text'; readonly value: string }
    /** A file of the execution, whose type and name it goes by. */
    | { readonly kind: 'file'; readonly file: BinaryRef };
}

interface CancelRequested {
  readonly type: 'cancelRequested';
  readonly at: number;
  readonly by: string | null;
}

interface Parked {
  readonly type: 'parked';
  readonly at: number;
  readonly wakeAt: number | null;
}

export interface ExecutionFinished {
  readonly type: 'executionFinished';
  readonly at: number;
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly error?: NodeErrorData & { readonly nodeId?: string };
  /** The items of the last terminal node run in canonical order: the answer in `lastNode` mode. */
  readonly output?: readonly Item[];
  /** In the execution of a map's body: which of its input items the output came from. */
  readonly pairing?: Pairing;
}
