import { Entity } from 'electrodb';
import type { Scope } from '../contracts/route.ts';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import type { Key } from './guarded-write.ts';
import type { PageQuery } from './page.ts';
import { byId, indexBy, model, rowColumns } from './row-columns.ts';
import { makeRows, type NewRow, type Row } from './rows.ts';

/** A key for machines. Only its hash is kept. */
export interface ApiKeyRecord extends Row {
  readonly userId: string;
  readonly name: string;
  readonly keyHash: string;
  /** The first characters, for people to tell keys apart. */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: string | null;
  readonly lastUsed: string | null;
}

const apiKeyEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('apiKey'),
      attributes: {
        ...rowColumns,
        userId: { type: 'string', required: true },
        name: { type: 'string', required: true },
        keyHash: { type: 'string', required: true },
        prefix: { type: 'string', required: true },
        scopes: { type: 'list', items: { type: 'string' }, required: true },
        // The field's name in the table: `expiresAt` is the table's time to live.
        expiresAt: { type: 'string', field: 'until' },
        lastUsed: { type: 'string' },
      },
      indexes: { primary: byId, byUser: indexBy('gsi1', ['userId'], ['createdAt', 'id']) },
    },
    { client, table },
  );

export const makeApiKeyStore = (connection: StoreConnection, userKey: (userId: string) => Key) => {
  const entity = apiKeyEntity(connection);
  const rows = makeRows<ApiKeyRecord>({
    connection,
    entity,
    noun: 'API key',
    newId: () => newId('key'),
    nullable: ['expiresAt', 'lastUsed'],
    unique: ({ keyHash }) => ({ keyHash }),
    parents: ({ userId }) => ({ userId: userKey(userId) }),
  });
  return {
    get: rows.get,
    update: rows.update,
    remove: rows.remove,
    create: (key: Omit<NewRow<ApiKeyRecord>, 'lastUsed'>) => rows.create({ ...key, lastUsed: null }),
    getByHash: (keyHash: string) => rows.lookup('keyHash', keyHash),
    list: ({ userId, ...page }: PageQuery & { userId: string }) =>
      rows.page(entity.query.byUser({ userId }), {
        ...page,
        list: 'apiKeys',
        filters: { userId },
        order: 'desc',
      }),
  };
};
