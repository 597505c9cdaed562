import { Entity } from 'electrodb';
import { newId } from '../ids.ts';
import { settled } from '../schedules/settle.ts';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';
import { type GuardedWrite, type Key, transact } from './guarded-write.ts';
import type { PageQuery } from './page.ts';
import { byId, everything, indexBy, model, optionalKey, rowColumns } from './row-columns.ts';
import { makeRows, type Row, repeated } from './rows.ts';
import type { ScheduleRecord, ScheduleTiming } from './schedule-record.ts';

export type NewSchedule = Pick<ScheduleRecord, 'workflowId' | 'nodeId' | 'createdBy'> &
  Pick<ScheduleTiming, 'cronExpression' | 'timezone'> &
  Partial<Omit<ScheduleRecord, keyof Row>>;

const scheduleEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('schedule'),
      attributes: {
        ...rowColumns,
        workflowId: { type: 'string', required: true },
        nodeId: { type: 'string', required: true },
        position: { type: 'number' },
        cronExpression: { type: 'string', required: true },
        timezone: { type: 'string', required: true },
        startsAt: { type: 'string' },
        endsAt: { type: 'string' },
        overlap: { type: ['allow', 'skip'] as const, required: true },
        catchUp: { type: ['skip', 'once'] as const, required: true },
        isActive: { type: 'boolean', required: true },
        isPaused: { type: 'boolean', required: true },
        createdBy: { type: 'string', required: true },
        lastExecution: { type: 'string' },
        lastExecutionId: { type: 'string' },
        nextExecution: optionalKey,
        version: { type: 'number' },
        workflowVersionId: { type: 'string' },
        lifetime: { type: ['short', 'long'] as const, required: true },
        generation: { type: 'number', required: true },
        inLineGeneration: { type: 'number', required: true },
        deleting: { type: 'boolean' },
      },
      indexes: {
        primary: byId,
        byWorkflow: indexBy('gsi1', ['workflowId'], ['createdAt', 'id']),
        /** Only what will fire. */
        due: {
          ...everything('gsi2', ['nextExecution', 'id']),
          condition: ({
            isActive,
            nextExecution,
          }: {
            isActive?: boolean | undefined;
            nextExecution?: string | undefined;
          }) => isActive === true && Boolean(nextExecution),
        },
        byOwner: indexBy('gsi3', ['createdBy'], ['createdAt', 'id']),
        /** Only those whose clock is behind. */
        outOfLine: {
          ...everything('gsi4', ['updatedAt', 'id']),
          condition: ({
            generation,
            inLineGeneration,
          }: {
            generation?: number | undefined;
            inLineGeneration?: number | undefined;
          }) => generation !== inLineGeneration,
        },
      },
    },
    { client, table },
  );

interface Parents {
  readonly userKey: (userId: string) => Key;
  readonly workflowKey: (workflowId: string) => Key;
}

export const makeScheduleStore = (connection: StoreConnection, { userKey, workflowKey }: Parents) => {
  const entity = scheduleEntity(connection);
  const rows = makeRows<ScheduleRecord>({
    connection,
    entity,
    noun: 'schedule',
    newId: () => newId('sch'),
    nullable: [
      'position',
      'startsAt',
      'endsAt',
      'lastExecution',
      'lastExecutionId',
      'nextExecution',
      'version',
      'workflowVersionId',
      'deleting',
    ],
    parents: ({ createdBy, workflowId }) => ({
      createdBy: userKey(createdBy),
      workflowId: workflowKey(workflowId),
    }),
  });
  return {
    get: rows.get,
    update: rows.update,
    remove: rows.remove,
    prepare: (schedule: NewSchedule): ScheduleRecord => rows.prepare({ ...DEFAULTS, ...schedule }),
    /** To be part of a transaction that has the workflow in it already. */
    creation: (schedule: ScheduleRecord): GuardedWrite[] => rows.creation(schedule).slice(0, 1),
    change: rows.change,
    /** Notes that it fired, unless it is another by now; a firing earlier than one noted before changes nothing. */
    noteFiring: async (
      { id, generation }: ScheduleRecord,
      noted: Pick<ScheduleRecord, 'nextExecution'> &
        Partial<Pick<ScheduleRecord, 'lastExecution' | 'lastExecutionId'>>,
    ): Promise<void> => {
      await rows.updateIf(
        id,
        (row) => row.generation === generation && (noted.lastExecution ?? '~') > (row.lastExecution ?? ''),
        noted,
      );
    },
    /** Changes a schedule, and what follows from the change. Throws `resource.notFound` and `resource.changed`. */
    revise: (
      id: string,
      changes: Partial<ScheduleTiming & Pick<ScheduleRecord, 'isPaused'>>,
      expectedRevision?: number,
    ): Promise<ScheduleRecord> =>
      repeated(expectedRevision, async () => {
        const before = await rows.existing(id, expectedRevision);
        const { after, writes } = rows.change(
          before,
          settled(before, { ...before, ...changes }, connection.clock.now()),
        );
        await transact(connection, writes);
        return after;
      }),
    /** Those that go with their workflow, as far as they have not gone yet. */
    markAll: async (ids: readonly string[]): Promise<ScheduleRecord[]> => {
      const known = (await Promise.all(ids.map(rows.get))).filter((row) => row !== null);
      const marked = known.map((row) =>
        rows.updateIf(row.id, () => true, settled(row, { ...row, deleting: true }, connection.clock.now())),
      );
      return (await Promise.all(marked)).filter((row) => row !== null);
    },
    /** The clock behind it has confirmed this generation. */
    noteInLine: ({ id, generation }: ScheduleRecord): Promise<ScheduleRecord | null> =>
      rows.updateIf(id, (row) => row.generation === generation && row.inLineGeneration !== generation, {
        inLineGeneration: generation,
      }),
    /** The clock behind it may know nothing of it: puts it out of line, to fire next at `nextExecution`. */
    doubt: (id: string, nextExecution: ScheduleRecord['nextExecution']): Promise<ScheduleRecord | null> =>
      rows.updateIf(id, ({ isActive }) => isActive, { inLineGeneration: 0, nextExecution }),
    /** Those that are there, read consistently. */
    read: async (ids: readonly string[]): Promise<ScheduleRecord[]> =>
      (await Promise.all(ids.map(rows.get))).filter((row) => row !== null),
    listByWorkflow: ({ workflowId, ...page }: PageQuery & { workflowId: string }) =>
      rows.page(entity.query.byWorkflow({ workflowId }), {
        ...page,
        list: 'schedules',
        filters: { workflowId },
      }),
    countByOwner: (createdBy: string) => rows.count(entity.query.byOwner({ createdBy })),
    listByOwner: ({ createdBy, ...page }: PageQuery & { createdBy: string }) =>
      rows.page(entity.query.byOwner({ createdBy }), {
        ...page,
        list: 'schedules.byOwner',
        filters: { createdBy },
        order: 'desc',
      }),
    /** Active ones whose time has come by `until` (ISO-8601), the earliest first. */
    listDue: ({ until, ...page }: PageQuery & { until: string }) =>
      rows.page(entity.query.due({}).lte({ nextExecution: until }), {
        ...page,
        list: 'schedules.due',
        filters: { until },
      }),
    /** Ids of those whose clock is behind what the row says, the longest first. */
    listOutOfLine: async (limit: number): Promise<string[]> => {
      const { data } = await send(() => entity.query.outOfLine({}).go({ limit, hydrate: true }));
      return data.map(({ id }) => id);
    },
  };
};

const DEFAULTS = {
  position: null,
  startsAt: null,
  endsAt: null,
  overlap: 'allow',
  catchUp: 'skip',
  isActive: false,
  isPaused: false,
  lastExecution: null,
  lastExecutionId: null,
  nextExecution: null,
  version: null,
  workflowVersionId: null,
  lifetime: 'long',
  generation: 1,
  inLineGeneration: 0,
  deleting: null,
} as const;
