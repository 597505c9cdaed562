import { Entity } from 'electrodb';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { type Key, transact } from './guarded-write.ts';
import type { PageQuery } from './page.ts';
import { byId, indexBy, model, optionalKey, rowColumns } from './row-columns.ts';
import { makeRows, type NewRow, type Row } from './rows.ts';

/** A row of `variables`. The value is text; `type` says how it is read. */
export interface VariableRecord extends Row {
  readonly name: string;
  readonly value: string | null;
  readonly type: 'string' | 'number' | 'boolean' | 'json';
  readonly scope: 'global' | 'workflow';
  /** True: the value is sealed by the vault, and never shown. */
  readonly isSecret: boolean;
  /** Null in global scope. */
  readonly workflowId: string | null;
  readonly createdBy: string;
}

type NewVariable = Omit<NewRow<VariableRecord>, 'isSecret'> & Partial<Pick<VariableRecord, 'isSecret'>>;

const variableEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('variable'),
      attributes: {
        ...rowColumns,
        name: { type: 'string', required: true },
        value: { type: 'string' },
        type: { type: ['string', 'number', 'boolean', 'json'] as const, required: true },
        scope: { type: ['global', 'workflow'] as const, required: true },
        isSecret: { type: 'boolean', required: true },
        workflowId: optionalKey,
        createdBy: { type: 'string', required: true },
      },
      indexes: {
        primary: byId,
        byScope: indexBy('gsi1', ['createdBy'], ['scope', 'name', 'id']),
        byWorkflow: {
          ...indexBy('gsi2', ['workflowId'], ['name', 'id']),
          condition: ({ workflowId }: { workflowId?: string | undefined }) => Boolean(workflowId),
        },
      },
    },
    { client, table },
  );

interface Parents {
  readonly userKey: (userId: string) => Key;
  readonly workflowKey: (workflowId: string) => Key;
}

export const makeVariableStore = (connection: StoreConnection, { userKey, workflowKey }: Parents) => {
  const entity = variableEntity(connection);
  const rows = makeRows<VariableRecord>({
    connection,
    entity,
    noun: 'variable',
    newId: () => newId('var'),
    nullable: ['value', 'workflowId'],
    // A name is taken once per owner and scope, or once per workflow.
    unique: ({ name, workflowId, createdBy }) => ({ name: `${workflowId ?? createdBy}#${name}` }),
    parents: ({ createdBy, workflowId }) => ({
      createdBy: userKey(createdBy),
      workflowId: workflowId === null ? null : workflowKey(workflowId),
    }),
  });
  return {
    get: rows.get,
    update: rows.update,
    remove: rows.remove,
    /** The id may be made before the row, as a sealed value is bound to it. */
    create: async (variable: NewVariable, id = newId('var')): Promise<VariableRecord> => {
      const record = { ...rows.prepare({ isSecret: false, ...variable }), id };
      await transact(connection, rows.creation(record));
      return record;
    },
    getByName: (owner: string, name: string) => rows.lookup('name', `${owner}#${name}`),
    listByScope: ({ createdBy, scope, ...page }: PageQuery & Pick<VariableRecord, 'createdBy' | 'scope'>) =>
      rows.page(entity.query.byScope({ createdBy, scope }), {
        ...page,
        list: 'variables',
        filters: { createdBy, scope },
      }),
    listByWorkflow: ({ workflowId, ...page }: PageQuery & { workflowId: string }) =>
      rows.page(entity.query.byWorkflow({ workflowId }), {
        ...page,
        list: 'variables.byWorkflow',
        filters: { workflowId },
      }),
  };
};
