import { Entity } from 'electrodb';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { byId, everything, model, rowColumns } from './row-columns.ts';
import { makeRows, type PageQuery, type Row } from './rows.ts';

/** A row of `users`. */
export interface UserRecord extends Row {
  readonly username: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly lastLogin: string | null;
  readonly role: 'admin' | 'user';
  readonly isActive: boolean;
  /** Changes when sessions must end: with the password, the role or the activity. */
  readonly securityStamp: string;
  /** Sessions that ended before their access tokens run out. */
  readonly endedSessions: readonly EndedSession[];
}

/** `until` in milliseconds since 1970: from then on no token of the session is valid anyway. */
export interface EndedSession {
  readonly id: string;
  readonly until: number;
}

type NewUser = Pick<UserRecord, 'username' | 'email' | 'passwordHash' | 'securityStamp'> &
  Partial<Pick<UserRecord, 'firstName' | 'lastName' | 'role' | 'isActive'>>;

const userEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('user'),
      attributes: {
        ...rowColumns,
        username: { type: 'string', required: true },
        email: { type: 'string', required: true },
        passwordHash: { type: 'string', required: true },
        firstName: { type: 'string' },
        lastName: { type: 'string' },
        lastLogin: { type: 'string' },
        role: { type: ['admin', 'user'] as const, required: true },
        isActive: { type: 'boolean', required: true },
        securityStamp: { type: 'string', required: true },
        endedSessions: { type: 'any', default: () => [] },
      },
      indexes: { primary: byId, all: everything('gsi1', ['createdAt', 'id']) },
    },
    { client, table },
  );

export const makeUserStore = (connection: StoreConnection) => {
  const entity = userEntity(connection);
  const rows = makeRows<UserRecord>({
    connection,
    entity,
    noun: 'user',
    newId: () => newId('usr'),
    nullable: ['firstName', 'lastName', 'lastLogin'],
    unique: ({ username, email }) => ({ username: folded(username), email: folded(email) }),
  });
  return {
    get: rows.get,
    update: rows.update,
    remove: rows.remove,
    keyOf: rows.keyOf,
    create: (user: NewUser) =>
      rows.create({
        firstName: null,
        lastName: null,
        lastLogin: null,
        role: 'user',
        isActive: true,
        endedSessions: [],
        ...user,
      }),
    getByUsername: (username: string) => rows.lookup('username', folded(username)),
    getByEmail: (email: string) => rows.lookup('email', folded(email)),
    list: (query: PageQuery) => rows.page(entity.query.all({}), { ...query, list: 'users', filters: {} }),
  };
};

/** Two spellings of one name are one name. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase();
