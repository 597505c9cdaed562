import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../shared/contracts/api.ts';
import { BASE_PATH } from '../../shared/contracts/paths.ts';
import { type Route, SCOPES, type Scope } from '../../shared/contracts/route.ts';
import { AppError } from '../../shared/errors.ts';
import { aClient } from './client.ts';
import { type Account, accountOf, keyOf, testPlatform } from './test-platform.ts';

/** Stands behind every route: whoever gets its answer was let in. */
const probes = ROUTES.map((route) => ({
  route,
  handle: async () => {
    throw new AppError('resource.conflict', 'let in');
  },
}));

let call: ReturnType<typeof aClient>;
let admin: Account;
let user: Account;
const keys = new Map<string, string>();

beforeAll(async () => {
  const platform = await testPlatform();
  call = aClient(probes, platform, { areMadeUp: true });
  admin = await accountOf(platform, 'admin');
  user = await accountOf(platform, 'user');
  for (const scope of SCOPES) {
    keys.set(`admin ${scope}`, await keyOf(platform, admin, [scope]));
    keys.set(`user ${scope}`, await keyOf(platform, user, [scope]));
  }
});

const statusOf = async (route: Route, who: { token?: string; key?: string }): Promise<number> => {
  const path = BASE_PATH + route.path.replaceAll(/\{\w+\}/g, 'x');
  return (await call({ method: route.method, path, ...who })).status;
};
/** Past authorization: validation (400) or the probe (409) answered. */
const LET_IN = [400, 409];

const scopeOf = (route: Route): Scope | null => ('scope' in route.access ? route.access.scope : null);

describe.each(ROUTES.map((route) => [route.id, route] as const))('%s', (_, route) => {
  const { who } = route.access;

  it('asks strangers to sign in unless it is public', async () => {
    const status = await statusOf(route, {});
    if (who === 'public') expect(LET_IN).toContain(status);
    else expect(status).toBe(401);
  });

  it('lets sessions in by role', async () => {
    expect(LET_IN).toContain(await statusOf(route, { token: admin.token }));
    const status = await statusOf(route, { token: user.token });
    if (who === 'admin') expect(status).toBe(403);
    else expect(LET_IN).toContain(status);
  });

  it('lets keys in by scope and by the role of their owner', async () => {
    if (who === 'public') return;
    const scope = scopeOf(route);
    for (const [name, key] of keys) {
      const [role, held] = name.split(' ');
      const allowed = held === scope && (who !== 'admin' || role === 'admin');
      const status = await statusOf(route, { key });
      if (allowed) expect(LET_IN, name).toContain(status);
      else expect(status, name).toBe(403);
    }
  });
});
