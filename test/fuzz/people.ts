import type { ChildInstance } from '../../infra/local/child-instance.ts';
import { ROUTES } from '../../shared/contracts/api.ts';
import { SCOPES } from '../../shared/contracts/route.ts';
import { ADMIN, json, request, signIn } from '../e2e/api-client.ts';
import { primeAsAdmin, primeAsUser } from './prime.ts';

export interface People {
  /** Headers of each kind of caller, the able ones more often. */
  readonly callers: readonly Readonly<Record<string, string>>[];
  /** What the campaign must not lose: those who call, and their keys. */
  readonly own: ReadonlySet<string>;
  /** Makes one of everything, and answers the ids. */
  prime(): Promise<readonly string[]>;
}

/** What is of use to one who is no admin. */
const USER_SCOPES = SCOPES.filter((scope) =>
  ROUTES.some(({ access }) => access.who === 'user' && access.scope === scope),
);
const USER = { username: 'fuzz-user', email: 'fuzz-user@example.com', password: 'a long pass phrase' };

/** An admin and a user by key and by session, keys with little, and strangers. */
export const makePeople = async (instance: ChildInstance): Promise<People> => {
  const base = `${instance.apiUrl}/api/v1`;
  const admin = await signIn(instance);
  const me = await admin.call('GET', '/me');
  const user = await admin.call('POST', '/users', USER);
  const tokenOf = async (username: string, password: string): Promise<string> =>
    (await request(`${base}/auth/login`, json('POST', { username, password }))).body.accessToken;
  const keyOf = async (token: string, scopes: readonly string[]) => {
    const made = await request(`${base}/api-keys`, json('POST', { name: 'fuzz', scopes }, token));
    if (made.status !== 201) throw new Error(`No key: ${JSON.stringify(made.body)}`);
    return made.body;
  };
  const adminToken = await tokenOf(ADMIN.username, ADMIN.password);
  const userToken = await tokenOf(USER.username, USER.password);
  const keys = [
    await keyOf(adminToken, SCOPES),
    await keyOf(userToken, USER_SCOPES),
    await keyOf(userToken, ['workflow:read']),
  ];
  const [all = {}, most = {}, little = {}] = keys.map(({ key }) => ({ 'x-api-key': String(key) }));
  const strangers = [{ authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }, { 'x-api-key': 'sw_x' }, {}];
  const sessions = [{ authorization: `Bearer ${adminToken}` }, { authorization: `Bearer ${userToken}` }];

  return {
    own: new Set([me.body.id, user.body.id, ...keys.map(({ id }) => id)]),
    callers: [
      ...Array.from({ length: 10 }, () => all),
      ...Array.from({ length: 6 }, () => most),
      little,
      ...sessions,
      ...strangers,
    ],
    prime: async () => [
      ...(await primeAsUser(base, all)),
      ...(await primeAsUser(base, most)),
      ...(await primeAsAdmin(base, all)),
    ],
  };
};
