import type { Row } from './rows.ts';
import type { SubscriptionAddress } from './subscriptions.ts';
import type { HookAddress } from './webhook-row.ts';

/** A row of `workflows`. `version` is the newest one. */
export interface WorkflowRecord extends Row {
  readonly name: string;
  readonly description: string | null;
  readonly createdBy: string;
  readonly isActive: boolean;
  readonly isPublic: boolean;
  readonly version: number;
  readonly tags: readonly string[];
  /** What triggers start; null while unpublished. */
  readonly publishedVersion: number | null;
  /** Set when its removal has begun: nothing new may refer to it. */
  readonly deleting: boolean | null;
  /** The addresses of its webhooks, which outlive a version and being unpublished. */
  readonly hooks: readonly HookAddress[];
  /** Ids of its schedules, likewise. */
  readonly schedules: readonly string[];
  /** Where its subscriptions to events are. */
  readonly subscriptions: readonly SubscriptionAddress[];
}
