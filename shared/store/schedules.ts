import { Entity } from 'electrodb';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { byId, everything, indexBy, model, optionalKey, rowColumns } from './row-columns.ts';
import { type Key, makeRows, type NewRow, type PageQuery, type Row } from './rows.ts';

/** A row of `schedules`. */
export interface ScheduleRecord extends Row {
  readonly workflowId: string;
  readonly cronExpression: string;
  /** An IANA zone. */
  readonly timezone: string;
  readonly isActive: boolean;
  readonly createdBy: string;
  readonly lastExecution: string | null;
  readonly nextExecution: string | null;
}

const scheduleEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('schedule'),
      attributes: {
        ...rowColumns,
        workflowId: { type: 'string', required: true },
        cronExpression: { type: 'string', required: true },
        timezone: { type: 'string', required: true },
        isActive: { type: 'boolean', required: true },
        createdBy: { type: 'string', required: true },
        lastExecution: { type: 'string' },
        nextExecution: optionalKey,
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
    nullable: ['lastExecution', 'nextExecution'],
    parents: ({ createdBy, workflowId }) => ({
      createdBy: userKey(createdBy),
      workflowId: workflowKey(workflowId),
    }),
  });
  return {
    get: rows.get,
    update: rows.update,
    remove: rows.remove,
    create: (schedule: NewRow<ScheduleRecord>) => rows.create(schedule),
    listByWorkflow: ({ workflowId, ...page }: PageQuery & { workflowId: string }) =>
      rows.page(entity.query.byWorkflow({ workflowId }), {
        ...page,
        list: 'schedules',
        filters: { workflowId },
      }),
    /** Active ones whose time has come by `until` (ISO-8601), the earliest first. */
    listDue: ({ until, ...page }: PageQuery & { until: string }) =>
      rows.page(entity.query.due({}).lte({ nextExecution: until }), {
        ...page,
        list: 'schedules.due',
        filters: { until },
      }),
  };
};
