import type { ChildInstance } from '../../infra/local/child-instance.ts';
import { ROUTES } from '../../shared/contracts/api.ts';
import { SCOPES } from '../../shared/contracts/route.ts';
import { ADMIN, json, request, signIn } from '../e2e/api-client.ts';
import type { Outside } from './outside.ts';
import type { Primed } from './prime.ts';
import { primeAsAdmin } from './prime-admin.ts';
import { primeAsUser } from './prime-user.ts';

export interface People {
  /** Headers of each kind of caller, the able ones more often. */
  readonly callers: readonly Headers[];
  /** What the campaign must not lose: those who call, and their keys. */
  readonly own: ReadonlySet<string>;
  /** Makes one of everything, and signs everybody in anew. */
  prime(): Promise<Primed>;
}

type Headers = Readonly<Record<string, string>>;

/** What is of use to one who is no admin. */
const USER_SCOPES = SCOPES.filter((scope) =>
  ROUTES.some(({ access }) => access.who === 'user' && access.scope === scope),
);
const USER = { username: 'fuzz-user', email: 'fuzz-user@example.com', password: 'a long pass phrase' };

/** What the campaign may have changed, so that nothing starts any more. */
const QUOTAS = {
  workflows: 100_000,
  schedules: 100_000,
  startsPerMinute: 100_000,
  payloadBytesPerDay: 1_000_000_000,
  openExecutions: 100_000,
  aiUsdPerMonth: 1_000,
};

/** An admin and a user by key and by session, keys with little, and strangers. */
export const makePeople = async (instance: ChildInstance, outside: Outside): Promise<People> => {
  const base = `${instance.apiUrl}/api/v1`;
  const admin = await signIn(instance);
  const me = await admin.call('GET', '/me');
  const user = await admin.call('POST', '/users', USER);
  const login = async ({ username, password }: typeof USER) =>
    (await request(`${base}/auth/login`, json('POST', { username, password }))).body;
  const keyOf = async (token: string, scopes: readonly string[]) => {
    const made = await request(`${base}/api-keys`, json('POST', { name: 'fuzz', scopes }, token));
    if (made.status !== 201) throw new Error(`No key: ${JSON.stringify(made.body)}`);
    return made.body;
  };
  const tokens = [(await login(ADMIN)).accessToken, (await login(USER)).accessToken] as const;
  const keys = [
    await keyOf(tokens[0], SCOPES),
    await keyOf(tokens[1], USER_SCOPES),
    await keyOf(tokens[1], ['workflow:read']),
  ];
  const [all = {}, most = {}, little = {}] = keys.map(({ key }) => ({ 'x-api-key': String(key) }));
  const strangers = [{ authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }, { 'x-api-key': 'sw_x' }, {}];
  const sessions: Headers[] = [];
  /** Sessions end: by what is tried, and by themselves. */
  const signInAnew = async (): Promise<Primed> => {
    const begun = await Promise.all([login(ADMIN), login(USER), login(USER), login(USER)]);
    sessions.splice(
      0,
      3,
      ...begun.slice(0, 3).map(({ accessToken }) => ({ authorization: `Bearer ${accessToken}` })),
    );
    const spare = begun[3];
    const list = await request(`${base}/auth/sessions`, json('GET', undefined, spare.accessToken));
    return {
      texts: [JSON.stringify(spare), JSON.stringify(list.body)],
      samples: [
        { operation: 'login', body: { username: USER.username, password: USER.password } },
        { operation: 'refresh', body: { refreshToken: spare.refreshToken } },
        { operation: 'updateMe', body: { firstName: 'Zoë' } },
        { operation: 'deleteSession', path: { sessionId: list.body.data?.at(-1)?.id ?? 'none' } },
      ],
    };
  };

  return {
    own: new Set([me.body.id, user.body.id, ...keys.map(({ id }) => id)]),
    get callers() {
      return [
        ...Array.from({ length: 10 }, () => all),
        ...Array.from({ length: 6 }, () => most),
        little,
        ...sessions,
        ...sessions,
        ...strangers,
      ];
    },
    prime: async () => {
      await request(`${base}/operations/quotas`, {
        ...json('PATCH', QUOTAS),
        headers: { ...json('PATCH', QUOTAS).headers, ...all },
      });
      const parts = [
        await signInAnew(),
        await primeAsUser(base, all, outside),
        await primeAsUser(base, most, outside),
        await primeAsAdmin(base, all, outside),
      ];
      return {
        texts: parts.flatMap(({ texts }) => texts),
        samples: parts.flatMap(({ samples }) => samples),
      };
    },
  };
};
