import type { Lifetime } from './lifetime.ts';
import type { Row } from './rows.ts';

/** When a schedule fires, and how it treats firings that meet an obstacle. */
export interface ScheduleTiming {
  readonly cronExpression: string;
  /** An IANA zone. */
  readonly timezone: string;
  /** ISO-8601 in UTC; nothing fires before or after them. */
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  /** `skip`: a firing is left out while the one before still runs. */
  readonly overlap: 'allow' | 'skip';
  /** What becomes of firings missed while this machine was off: none, or one for all of them. */
  readonly catchUp: 'skip' | 'once';
}

/** A row of `schedules`. */
export interface ScheduleRecord extends Row, ScheduleTiming {
  readonly workflowId: string;
  readonly nodeId: string;
  /** Which of its node's expressions this is; null for one made through its own resource. */
  readonly position: number | null;
  /** True while it fires: published, its node in that version, and not paused. */
  readonly isActive: boolean;
  /** What somebody wants, whatever is published. */
  readonly isPaused: boolean;
  /** The owner of the workflow. */
  readonly createdBy: string;
  /** The planned time of the last firing that came. */
  readonly lastExecution: string | null;
  readonly lastExecutionId: string | null;
  readonly nextExecution: string | null;
  /** What it starts; null before its workflow is first published. */
  readonly version: number | null;
  readonly workflowVersionId: string | null;
  /** Of the executions it starts. */
  readonly lifetime: Lifetime;
  /** Counts what the clock behind it must know; a firing of another generation is dropped. */
  readonly generation: number;
  /** The generation that clock has last confirmed. */
  readonly inLineGeneration: number;
  /** Its removal has begun: the clock behind it goes first. */
  readonly deleting: boolean | null;
}
