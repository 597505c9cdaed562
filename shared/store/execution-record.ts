import type { Item } from '../../engine/item.ts';
import type { WaitInfo } from '../../engine/ports.ts';
import type { Lifetime } from './lifetime.ts';

export type ExecutionStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

/** A row of `executions`. Timestamps are ISO-8601 in UTC. */
export interface ExecutionRecord {
  readonly id: string;
  readonly workflowId: string;
  readonly workflowVersionId: string;
  readonly version: number;
  /** The owner of the workflow, whose credentials and variables it uses. */
  readonly ownerId: string;
  /** When it was accepted. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly status: ExecutionStatus;
  readonly triggeredBy: string | null;
  readonly triggerType: 'manual' | 'scheduled' | 'webhook' | 'event';
  readonly triggerDetail: string | null;
  readonly triggerNodeId: string;
  /** It runs a definition of its own, kept with it, and not that of its version. */
  readonly hasOwnDefinition: boolean;
  readonly mode: 'production' | 'test';
  /** How a waiting caller is answered; null when nobody waits. */
  readonly responseMode: 'immediately' | 'lastNode' | 'respondNode' | null;
  readonly errorMessage: string | null;
  readonly errorCode: string | null;
  readonly errorNodeId: string | null;
  readonly wait: WaitInfo | null;
  readonly parentExecutionId: string | null;
  /** It runs in the slice of its parent, which sees how it ends: nobody is told. Null for all others. */
  readonly isInline: true | null;
  /** Set for the body of a map in its parent: no list shows it. */
  readonly body: BodyRecord | null;
  readonly retryOf: string | null;
  readonly retryFrom: 'start' | 'failedNode' | 'node' | null;
  /** How many executions led to this one; more than 20 are refused. */
  readonly hops: number;
  /** Decided when it is accepted; parking for longer makes a short one long. */
  readonly lifetime: Lifetime;
  /** False once its data has been deleted, as its workflow does not save it. */
  readonly isDataKept: boolean;
  /** Times it was taken up again after its interpreter was lost, without getting further. */
  readonly recoveries: number;
  /** The position of the journal at which it was; null before the first time. */
  readonly recoveredAt: number | null;
  /** What the trigger brought. Empty in lists, which do not carry it. */
  readonly items: readonly Item[];
}

/** What the body of a map runs on. */
export interface BodyRecord {
  /** The execution that is part of no other: a definition of its own is kept with that one. */
  readonly root: string;
  /** Which items of the map's input it was given. */
  readonly positions: readonly number[];
  /** The payload with what it knows of its parent, and its hash. It belongs to the parent, which outlives it. */
  readonly base: { readonly key: string; readonly hash: string };
}

export type NewExecution = Pick<
  ExecutionRecord,
  'workflowId' | 'workflowVersionId' | 'version' | 'ownerId' | 'triggerType' | 'triggerNodeId' | 'items'
> &
  Partial<
    Pick<
      ExecutionRecord,
      | 'hasOwnDefinition'
      | 'triggeredBy'
      | 'triggerDetail'
      | 'mode'
      | 'responseMode'
      | 'parentExecutionId'
      | 'isInline'
      | 'body'
      | 'retryOf'
      | 'retryFrom'
      | 'hops'
    >
  > & {
    /** Given when a start can come twice: made from its deduplication key. */
    readonly id?: string;
    /** When it was asked for, in milliseconds since 1970; now if not given. */
    readonly at?: number;
    /** `long` when not said. */
    readonly lifetime?: Lifetime;
  };
