import { AppError } from '../errors.ts';
import { settled } from '../schedules/settle.ts';
import type { StoreConnection } from './connection.ts';
import { type GuardedWrite, transact } from './guarded-write.ts';
import { type RowChanges, repeated } from './rows.ts';
import { planSchedules, type WantedSchedule } from './schedule-publication.ts';
import type { ScheduleRecord } from './schedule-record.ts';
import type { makeScheduleStore, NewSchedule } from './schedules.ts';
import type { makeSubscriptionStore, NewSubscription } from './subscriptions.ts';
import type { NewWebhook, WebhookColumns } from './webhook-publication.ts';
import { addressOf, type WebhookRecord } from './webhook-row.ts';
import { MAX_WEBHOOKS, type makeWebhookStore } from './webhooks.ts';
import type { WorkflowRecord } from './workflow-record.ts';
import type { makeVersionStore } from './workflow-versions.ts';

/** What the trigger nodes of a version ask for. */
export interface Triggers {
  readonly webhooks: readonly NewWebhook[];
  readonly schedules: readonly WantedSchedule[];
  readonly subscriptions: readonly NewSubscription[];
}

interface Publication extends Triggers {
  readonly workflowId: string;
  readonly version: number;
  readonly expectedRevision?: number;
}

interface Parts {
  readonly connection: StoreConnection;
  readonly existing: (id: string, expectedRevision?: number) => Promise<WorkflowRecord>;
  readonly change: (
    before: WorkflowRecord,
    changes: RowChanges<WorkflowRecord>,
  ) => { after: WorkflowRecord; writes: GuardedWrite[] };
  readonly versions: ReturnType<typeof makeVersionStore>;
  readonly webhooks: ReturnType<typeof makeWebhookStore>;
  readonly schedules: ReturnType<typeof makeScheduleStore>;
  readonly subscriptions: ReturnType<typeof makeSubscriptionStore>;
}

/** DynamoDB's own limit. */
const MAX_WRITES = 100;
const MAX_SCHEDULES = 20;

/** What starts a workflow changes with the workflow itself: together or not at all. */
export const makePublishing = ({
  connection,
  existing,
  change,
  versions,
  webhooks,
  schedules,
  subscriptions,
}: Parts) => {
  const now = () => connection.clock.now();

  /** The writes that turn schedules into what they are to be; those that are new are made. */
  const scheduleWrites = (planned: ReturnType<typeof planSchedules>) => {
    const results = planned.map(({ before, columns }) => {
      if (!before) {
        const row = settled(null, schedules.prepare(columns), now());
        return { row, writes: schedules.creation(row) };
      }
      const after = settled(before, { ...before, ...columns }, now());
      const { after: row, writes } = schedules.change(before, after);
      return { row, writes };
    });
    return { rows: results.map(({ row }) => row), writes: results.flatMap(({ writes }) => writes) };
  };

  /** The version pointer, the active flag, the routes of webhooks, the schedules and the subscriptions. */
  const publish = async ({
    workflowId,
    version,
    expectedRevision,
    ...wanted
  }: Publication): Promise<{
    workflow: WorkflowRecord;
    webhooks: WebhookRecord[];
    tokens: ReadonlyMap<string, string>;
    schedules: ScheduleRecord[];
  }> =>
    repeated(expectedRevision, async () => {
      const before = await existing(workflowId, expectedRevision);
      const published = await versions.get(workflowId, version);
      if (!published) throw new AppError('resource.notFound', `The workflow has no version ${version}.`);
      // With it come all node types, which nothing else here needs.
      const { lifetimeOf } = await import('./lifetime-of.ts');
      const target = {
        workflowId,
        ownerId: before.createdBy,
        workflowVersionId: published.id,
        version,
        lifetime: lifetimeOf(published.definition),
      };
      const [routes, known] = await Promise.all([
        webhooks.republished(before.hooks, wanted.webhooks, target),
        schedules.read(before.schedules),
      ]);
      const planned = scheduleWrites(planSchedules(known, wanted.schedules, target));
      const events = subscriptions.replacement(before.subscriptions, wanted.subscriptions, target);
      const { after, writes } = change(before, {
        publishedVersion: version,
        isActive: true,
        hooks: routes.addresses,
        schedules: planned.rows.filter(({ deleting }) => !deleting).map(({ id }) => id),
        subscriptions: events.addresses,
      });
      await transact(
        connection,
        withinOne([...writes, ...routes.writes, ...planned.writes, ...events.writes]),
      );
      await webhooks.forget(gone(before.hooks, routes.addresses));
      return {
        workflow: after,
        webhooks: routes.webhooks,
        tokens: routes.tokens,
        schedules: planned.rows,
      };
    });

  const unpublish = async (
    workflowId: string,
  ): Promise<{ workflow: WorkflowRecord; schedules: ScheduleRecord[] }> =>
    repeated(undefined, async () => {
      const before = await existing(workflowId);
      const { after, writes } = change(before, {
        publishedVersion: null,
        isActive: false,
        subscriptions: [],
      });
      const known = await schedules.read(before.schedules);
      const stopped = scheduleWrites(
        known.map((row) => ({ before: row, columns: { ...row, version: null, workflowVersionId: null } })),
      );
      await transact(
        connection,
        withinOne([
          ...writes,
          ...(await webhooks.switchedOff(before.hooks)),
          ...stopped.writes,
          ...subscriptions.removals(workflowId, before.subscriptions),
        ]),
      );
      return { workflow: after, schedules: stopped.rows };
    });

  /** A further address for a trigger node. Its columns are made of the workflow as it is in that moment. */
  const addWebhook = async (
    workflowId: string,
    columnsOf: (workflow: WorkflowRecord) => Promise<WebhookColumns>,
  ): Promise<WebhookRecord> =>
    repeated(undefined, async () => {
      const before = await existing(workflowId);
      if (before.hooks.length >= MAX_WEBHOOKS) throw tooMany('webhooks', MAX_WEBHOOKS);
      const row = webhooks.prepare(await columnsOf(before));
      const { writes } = change(before, { hooks: [...before.hooks, addressOf(row)] });
      await transact(connection, [...writes, ...webhooks.place(row)]);
      return row;
    });

  const removeWebhook = async ({ id, workflowId }: WebhookRecord): Promise<void> => {
    await repeated(undefined, async () => {
      const before = await existing(workflowId);
      const address = before.hooks.find((each) => each.id === id);
      if (!address) return;
      const { writes } = change(before, { hooks: before.hooks.filter((each) => each !== address) });
      await transact(connection, [...writes, webhooks.removal(address)]);
    });
    await webhooks.forget([id]);
  };

  /** A further schedule for a trigger node, likewise. */
  const addSchedule = async (
    workflowId: string,
    columnsOf: (workflow: WorkflowRecord) => Promise<NewSchedule>,
  ): Promise<ScheduleRecord> =>
    repeated(undefined, async () => {
      const before = await existing(workflowId);
      if (before.schedules.length >= MAX_SCHEDULES) throw tooMany('schedules', MAX_SCHEDULES);
      const row = settled(null, schedules.prepare(await columnsOf(before)), now());
      const { writes } = change(before, { schedules: [...before.schedules, row.id] });
      await transact(connection, [...writes, ...schedules.creation(row)]);
      return row;
    });

  /** Marks it; it goes when the clock behind it has gone. */
  const removeSchedule = async ({ id, workflowId }: ScheduleRecord): Promise<ScheduleRecord | null> =>
    repeated(undefined, async () => {
      const before = await existing(workflowId);
      const row = await schedules.get(id);
      if (!row) return null;
      const marked = schedules.change(row, settled(row, { ...row, deleting: true }, now()));
      const { writes } = change(before, { schedules: before.schedules.filter((each) => each !== id) });
      await transact(connection, [...writes, ...marked.writes]);
      return marked.after;
    });

  return { publish, unpublish, addWebhook, removeWebhook, addSchedule, removeSchedule };
};

const gone = (
  before: readonly { readonly id: string }[],
  after: readonly { readonly id: string }[],
): string[] => before.map(({ id }) => id).filter((id) => !after.some((each) => each.id === id));

const withinOne = (writes: GuardedWrite[]): GuardedWrite[] => {
  if (writes.length <= MAX_WRITES) return writes;
  throw new AppError(
    'request.invalid',
    `Publishing this changes ${writes.length} rows at once, and ${MAX_WRITES} are possible. Publish with fewer triggers changed at a time.`,
  );
};

const tooMany = (what: string, most: number): AppError =>
  new AppError('resource.conflict', `A workflow may have ${most} ${what}. Remove one first.`);
