import { Entity } from 'electrodb';
import type { Definition } from '../../engine/definition.ts';
import { AppError } from '../errors.ts';
import { everyPage } from '../every-page.ts';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { type Key, transact } from './guarded-write.ts';
import { type Job, makeJobStore } from './jobs.ts';
import type { PageQuery } from './page.ts';
import { makePublishing } from './publishing.ts';
import { byId, everything, indexBy, model, rowColumns } from './row-columns.ts';
import { makeRows, repeated } from './rows.ts';
import type { ScheduleRecord } from './schedule-record.ts';
import { makeScheduleStore } from './schedules.ts';
import { makeSubscriptionStore } from './subscriptions.ts';
import { makeWebhookStore } from './webhooks.ts';
import type { WorkflowRecord } from './workflow-record.ts';
import { makeVersionStore } from './workflow-versions.ts';

export type NewWorkflow = Pick<WorkflowRecord, 'name' | 'createdBy'> &
  Partial<Pick<WorkflowRecord, 'description' | 'isPublic' | 'tags'>>;

interface WorkflowFilters {
  readonly name?: string | undefined;
  readonly tag?: string | undefined;
  /** Stands in the name or the description, in whatever case. */
  readonly q?: string | undefined;
  readonly isActive?: boolean | undefined;
}

type OwnerQuery = PageQuery & WorkflowFilters & { readonly createdBy: string };

interface NewVersion {
  readonly definition: Definition;
  readonly notes?: string | null;
  readonly createdBy: string;
  readonly changes?: Partial<Pick<WorkflowRecord, 'name' | 'description' | 'tags'>>;
  readonly expectedRevision?: number;
  /** Throws where the version may not follow what is there. */
  readonly check?: (before: WorkflowRecord) => void;
}

const workflowEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('workflow'),
      attributes: {
        ...rowColumns,
        name: { type: 'string', required: true },
        description: { type: 'string' },
        createdBy: { type: 'string', required: true },
        isActive: { type: 'boolean', required: true },
        isPublic: { type: 'boolean', required: true },
        version: { type: 'number', required: true },
        tags: { type: 'list', items: { type: 'string' }, required: true },
        publishedVersion: { type: 'number' },
        deleting: { type: 'boolean' },
        hooks: { type: 'any', required: true },
        schedules: { type: 'list', items: { type: 'string' }, required: true },
        subscriptions: { type: 'any', required: true },
      },
      indexes: {
        primary: byId,
        byOwner: indexBy('gsi1', ['createdBy'], ['createdAt', 'id']),
        byName: indexBy('gsi2', ['createdBy'], ['name', 'id']),
        public: {
          ...everything('gsi3', ['createdAt', 'id']),
          condition: ({ isPublic }: { isPublic?: boolean | undefined }) => isPublic === true,
        },
      },
    },
    { client, table },
  );

export const makeWorkflowStore = (connection: StoreConnection, ownerKey: (userId: string) => Key) => {
  const entity = workflowEntity(connection);
  const versions = makeVersionStore(connection);
  const jobs = makeJobStore(connection);
  const webhooks = makeWebhookStore(connection);
  const subscriptions = makeSubscriptionStore(connection);
  const schedules = makeScheduleStore(connection, {
    userKey: ownerKey,
    workflowKey: (id) => rows.keyOf(id),
  });
  const rows = makeRows<WorkflowRecord>({
    connection,
    entity,
    noun: 'workflow',
    newId: () => newId('wf'),
    nullable: ['description', 'publishedVersion', 'deleting'],
    parents: ({ createdBy }) => ({ createdBy: ownerKey(createdBy) }),
  });

  const get = async (id: string): Promise<WorkflowRecord | null> => {
    const workflow = await rows.get(id);
    return workflow?.deleting ? null : workflow;
  };

  const existing = async (id: string, expectedRevision?: number): Promise<WorkflowRecord> => {
    const workflow = await rows.existing(id, expectedRevision);
    if (workflow.deleting) throw new AppError('resource.notFound', 'There is no such workflow.');
    return workflow;
  };

  const createWithVersion = async (
    input: NewWorkflow,
    definition: Definition,
    notes: string | null = null,
  ) => {
    const workflow = rows.prepare({
      description: null,
      isPublic: false,
      tags: [],
      ...input,
      isActive: false,
      version: 1,
      publishedVersion: null,
      deleting: null,
      hooks: [],
      schedules: [],
      subscriptions: [],
    });
    const version = await versions.prepare({
      workflowId: workflow.id,
      version: 1,
      createdBy: input.createdBy,
      notes,
      definition,
    });
    await transact(connection, [...rows.creation(workflow), versions.creation(version)]);
    return workflow;
  };

  const saveVersion = async (
    id: string,
    { definition, notes = null, createdBy, changes = {}, expectedRevision, check }: NewVersion,
  ) =>
    repeated(expectedRevision, async () => {
      const before = await existing(id, expectedRevision);
      check?.(before);
      const number = before.version + 1;
      const { after, writes } = rows.change(before, { ...changes, version: number });
      const version = await versions.prepare({
        workflowId: id,
        version: number,
        createdBy,
        notes,
        definition,
      });
      await transact(connection, [...writes, versions.creation(version)]);
      return after;
    });

  const publishing = makePublishing({
    connection,
    existing,
    change: rows.change,
    versions,
    webhooks,
    schedules,
    subscriptions,
  });

  /** Marks it, so that nothing new refers to it, and begins the job that removes it. */
  const beginRemoval = async (id: string, by: string, expectedRevision?: number): Promise<Job> =>
    repeated(expectedRevision, async () => {
      const before = await existing(id, expectedRevision);
      const job: Job = { kind: 'workflow.delete', subject: id, by };
      const { writes } = rows.change(before, { deleting: true, isActive: false, publishedVersion: null });
      await transact(connection, [...writes, jobs.creation(job)]);
      return job;
    });

  /**
   * Marks it if that is not done, and takes its triggers. Answers its schedules, which go when the clocks behind them have gone;
   * null when there is no such workflow.
   */
  const takeDown = async (id: string): Promise<ScheduleRecord[] | null> => {
    const before = await rows.get(id);
    if (!before) return null;
    if (!before.deleting)
      await rows.updateIf(id, () => true, { deleting: true, isActive: false, publishedVersion: null });
    await webhooks.removeAll(before.hooks);
    await subscriptions.removeAll(id, before.subscriptions);
    return schedules.markAll(before.schedules);
  };

  const remove = async (id: string): Promise<ScheduleRecord[]> => {
    const marked = await takeDown(id);
    if (!marked) throw new AppError('resource.notFound', 'There is no such workflow.');
    await versions.removeAllOf(id);
    await rows.remove(id);
    return marked;
  };

  return {
    get,
    keyOf: rows.keyOf,
    createWithVersion,
    saveVersion,
    ...publishing,
    beginRemoval,
    takeDown,
    remove,
    update: rows.update,
    /** Of all of a user, those on their way out as well. */
    idsOf: async (createdBy: string): Promise<string[]> => {
      const all = await everyPage((cursor) =>
        rows.page(entity.query.byOwner({ createdBy }), {
          list: 'workflows.ids',
          filters: { createdBy },
          caller: createdBy,
          limit: 100,
          cursor,
        }),
      );
      return all.map(({ id }) => id);
    },
    countByOwner: (createdBy: string) => rows.count(entity.query.byOwner({ createdBy })),
    /** Newest first; with `name`, those whose names begin so, by name. */
    listByOwner: ({ createdBy, name, tag, q, isActive, ...page }: OwnerQuery) => {
      const options = {
        ...page,
        filters: { createdBy, name, tag, q, isActive },
        matches: picking({ tag, q, isActive }),
      };
      return name === undefined
        ? rows.page(entity.query.byOwner({ createdBy }), { ...options, list: 'workflows', order: 'desc' })
        : rows.page(entity.query.byName({ createdBy }).begins({ name }), {
            ...options,
            list: 'workflows.byName',
          });
    },
    listPublic: ({ name, tag, q, isActive, ...page }: PageQuery & WorkflowFilters) => {
      const query = entity.query.public({});
      return rows.page(
        name === undefined ? query : query.where(({ name: column }, { begins }) => begins(column, name)),
        {
          ...page,
          list: 'workflows.public',
          filters: { name, tag, q, isActive },
          order: 'desc',
          matches: picking({ tag, q, isActive }),
        },
      );
    },
  };
};

/** Those not on their way out that fit: some hundred rows of one owner, picked while reading. */
const picking =
  ({ tag, q, isActive }: WorkflowFilters) =>
  (workflow: WorkflowRecord): boolean => {
    const text = `${workflow.name}\n${workflow.description ?? ''}`.toLowerCase();
    return (
      !workflow.deleting &&
      (tag === undefined || workflow.tags.includes(tag)) &&
      (q === undefined || text.includes(q.toLowerCase())) &&
      (isActive === undefined || workflow.isActive === isActive)
    );
  };
