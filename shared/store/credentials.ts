import { Entity } from 'electrodb';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { type Key, transact } from './guarded-write.ts';
import type { PageQuery } from './page.ts';
import { byId, indexBy, model, rowColumns } from './row-columns.ts';
import { makeRows, type NewRow, type Row } from './rows.ts';

/** A row of `credentials`. `data` is sealed by the vault before it comes here. */
export interface CredentialRecord extends Row {
  readonly name: string;
  readonly type: string;
  readonly data: string;
  readonly createdBy: string;
  /** Where it may be sent. */
  readonly allowedHosts: readonly string[];
}

const credentialEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('credential'),
      attributes: {
        ...rowColumns,
        name: { type: 'string', required: true },
        type: { type: 'string', required: true },
        data: { type: 'string', required: true },
        createdBy: { type: 'string', required: true },
        allowedHosts: { type: 'list', items: { type: 'string' }, required: true },
      },
      indexes: {
        primary: byId,
        byOwner: indexBy('gsi1', ['createdBy'], ['createdAt', 'id']),
        byType: indexBy('gsi2', ['createdBy'], ['type', 'id']),
      },
    },
    { client, table },
  );

export const makeCredentialStore = (connection: StoreConnection, userKey: (userId: string) => Key) => {
  const entity = credentialEntity(connection);
  const rows = makeRows<CredentialRecord>({
    connection,
    entity,
    noun: 'credential',
    newId: () => newId('cred'),
    nullable: [],
    parents: ({ createdBy }) => ({ createdBy: userKey(createdBy) }),
  });
  return {
    get: rows.get,
    update: rows.update,
    remove: rows.remove,
    /** The id may be made before the row, as what is sealed is bound to it. */
    create: async (credential: NewRow<CredentialRecord>, id = newId('cred')): Promise<CredentialRecord> => {
      const record = { ...rows.prepare(credential), id };
      await transact(connection, rows.creation(record));
      return record;
    },
    listByOwner: ({ createdBy, ...page }: PageQuery & { createdBy: string }) =>
      rows.page(entity.query.byOwner({ createdBy }), {
        ...page,
        list: 'credentials',
        filters: { createdBy },
        order: 'desc',
      }),
    listByType: ({ createdBy, type, ...page }: PageQuery & { createdBy: string; type: string }) =>
      rows.page(entity.query.byType({ createdBy, type }), {
        ...page,
        list: 'credentials.byType',
        filters: { createdBy, type },
      }),
  };
};
