import { Entity } from 'electrodb';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import { accountName } from '../users/account-name.ts';
import type { StoreConnection } from './connection.ts';
import { transact } from './guarded-write.ts';
import { type Job, makeJobStore } from './jobs.ts';
import type { PageQuery } from './page.ts';
import { byId, everything, model, rowColumns } from './row-columns.ts';
import { makeRows, type Row, repeated } from './rows.ts';

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
  /** Set when their removal has begun: for everybody they are gone, and nothing new may refer to them. */
  readonly deleting: boolean | null;
}

/** `until` in milliseconds since 1970: from then on no token of the session is valid anyway. */
export interface EndedSession {
  readonly id: string;
  readonly until: number;
}

type NewUser = Pick<UserRecord, 'username' | 'email' | 'passwordHash' | 'securityStamp'> &
  Partial<Pick<UserRecord, 'firstName' | 'lastName' | 'role' | 'isActive'>>;

interface Ending {
  /** The user who asked for it. */
  readonly by: string;
  readonly securityStamp: string;
}

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
        deleting: { type: 'boolean' },
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
    nullable: ['firstName', 'lastName', 'lastLogin', 'deleting'],
    unique: ({ username, email }) => ({ username: accountName(username), email: accountName(email) }),
  });
  const jobs = makeJobStore(connection);

  const present = (user: UserRecord | null): UserRecord | null => (user?.deleting ? null : user);

  /** Marks them and locks them out, and begins the job that removes all that is theirs. */
  const beginRemoval = async (id: string, changes: Ending, expectedRevision?: number): Promise<Job> =>
    repeated(expectedRevision, async () => {
      const before = present(await rows.existing(id, expectedRevision));
      if (!before) throw new AppError('resource.notFound', 'There is no such user.');
      const { by, securityStamp } = changes;
      const job: Job = { kind: 'user.delete', subject: id, by };
      const { writes } = rows.change(before, { deleting: true, isActive: false, securityStamp });
      await transact(connection, [...writes, jobs.creation(job)]);
      return job;
    });

  return {
    get: async (id: string) => present(await rows.get(id)),
    update: rows.update,
    beginRemoval,
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
        deleting: null,
        ...user,
      }),
    getByUsername: async (username: string) => present(await rows.lookup('username', accountName(username))),
    getByEmail: async (email: string) => present(await rows.lookup('email', accountName(email))),
    list: (query: PageQuery) =>
      rows.page(entity.query.all({}), {
        ...query,
        list: 'users',
        filters: {},
        matches: ({ deleting }) => !deleting,
      }),
  };
};
