import { beforeAll, describe, expect, it } from 'vitest';
import { allHandlers } from '../../functions/router.ts';
import { ROUTES } from '../../shared/contracts/api.ts';
import { BASE_PATH } from '../../shared/contracts/paths.ts';
import { type Route, SCOPES, type Scope } from '../../shared/contracts/route.ts';
import type { Platform } from '../../shared/platform.ts';
import { aWorkbench } from '../functions/workbench.ts';
import { aClient } from '../http/client.ts';
import { type Account, accountOf, keyOf } from '../http/test-platform.ts';
import { OWNED, PLAIN, ROWS, type Row } from './matrix-rows.ts';

/** Every route × stranger, other user, admin, owner, API key × own, foreign and missing id (AC-01). */

let platform: Platform;
let send: ReturnType<typeof aClient>;
let admin: Account;
let people = 0;

beforeAll(async () => {
  const bench = await aWorkbench();
  platform = bench.platform;
  admin = bench.people.admin;
  send = aClient(allHandlers, platform);
});

const namesIn = (route: Route) => [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
const ownedIn = (route: Route) => namesIn(route).filter((name) => name in OWNED);

const rowOf = (route: Route): Row => {
  const row = ROWS[route.id];
  if (!row)
    throw new Error(
      `The route ${route.id} has no line in ROWS of test/security/matrix-rows.ts. Add one that says how it succeeds for its owner: ` +
        `${route.id}: ${route.body ? '{ body: () => ({ … }) }' : '{}'},`,
    );
  const strange = namesIn(route).filter((name) => !(name in OWNED) && !(name in PLAIN));
  if (strange.length > 0)
    throw new Error(
      `{${strange[0]}} in the path of ${route.id} is new. Add to test/security/matrix-rows.ts a line in OWNED that makes such a resource ` +
        'for a user and answers its id, or one in PLAIN when it belongs to nobody.',
    );
  return row;
};

interface Who {
  readonly token?: string;
  readonly key?: string;
}

/** Calls a route for resources of the owner's made for this one call, or for ids that nothing has. */
const call = async (route: Route, owner: Account, who: Who, options: { missing?: boolean } = {}) => {
  const row = rowOf(route);
  const ids: Record<string, string> = {};
  for (const name of ownedIn(route)) {
    const made = (await OWNED[name]?.(platform, owner)) ?? '';
    ids[name] = options.missing ? made.replace(/_.*/, '_01h455vb4pex5vsknk084sn02q') : made;
  }
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? PLAIN[name] ?? '');
  const body = row.body?.({ platform, owner, ids });
  return send({
    method: route.method,
    path: (route.root ? '' : BASE_PATH) + path,
    query: row.query ?? '',
    ...(body === undefined ? {} : { body }),
    ...who,
  });
};

const aPerson = () => {
  people += 1;
  return accountOf(platform, 'user', `person-${people}`);
};
const isSuccess = (status: number) => status >= 200 && status < 300;
const expectOwn = (row: Row, { status, body }: { status: number; body: unknown }) => {
  if (row.own === undefined) expect(isSuccess(status), `${status} ${JSON.stringify(body)}`).toBe(true);
  else expect(status, JSON.stringify(body)).toBe(row.own);
};

describe.each(ROUTES.map((route) => [route.id, route] as const))('AC-01 %s', (_, route) => {
  const { who } = route.access;

  it('serves its owner, and admins where they are said to', async () => {
    const row = rowOf(route);
    const owner = await aPerson();
    const own = await call(route, owner, who === 'public' ? {} : { token: owner.token });
    if (who === 'admin') expect(own.status).toBe(403);
    else expectOwn(row, own);
    if (who === 'public') return;
    const byAdmin = await call(route, owner, { token: admin.token });
    if (route.id === 'logout') admin = await accountOf(platform, 'admin', 'admin-2');
    if (row.admin === undefined) expectOwn(row, byAdmin);
    else expect(byAdmin.status).toBe(row.admin);
  });

  const isPublic = who === 'public';
  if (!isPublic)
    it('asks who it is, and holds keys to their scope', async () => {
      const row = rowOf(route);
      const owner = who === 'admin' ? admin : await aPerson();
      expect((await call(route, owner, {})).status).toBe(401);
      const scope: Scope | null = 'scope' in route.access ? route.access.scope : null;
      const others = await keyOf(
        platform,
        owner,
        SCOPES.filter((each) => each !== scope),
      );
      expect((await call(route, owner, { key: others })).status).toBe(403);
      if (scope === null) return;
      expectOwn(row, await call(route, owner, { key: await keyOf(platform, owner, [scope]) }));
    });

  if (!isPublic && ownedIn(route).length > 0)
    it('does not tell what belongs to others from what is not there', async () => {
      const row = rowOf(route);
      const [owner, stranger] = [await aPerson(), await aPerson()];
      const foreign = await call(route, owner, { token: stranger.token });
      const missing = await call(route, owner, { token: stranger.token }, { missing: true });
      const hidden = who === 'admin' ? 403 : 404;
      expect(foreign.status).toBe(row.stranger ?? hidden);
      expect(missing.status).toBe(hidden);
      if (row.stranger === undefined) expect(foreign.body).toEqual(missing.body);
      expect((await call(route, owner, { token: admin.token }, { missing: true })).status).toBe(404);
      if (who !== 'admin')
        expect((await call(route, owner, { token: owner.token }, { missing: true })).status).toBe(404);
    });

  const isList = who === 'user' && route.method === 'GET' && ownedIn(route).length === 0;
  if (isList && !ROWS[route.id]?.shared)
    it('lists nothing that belongs to others', async () => {
      const [owner, stranger] = [await aPerson(), await aPerson()];
      const ids = await Promise.all(Object.values(OWNED).map((make) => make(platform, owner)));
      const { body } = await call(route, stranger, { token: stranger.token });
      for (const id of [owner.id, ...ids]) expect(JSON.stringify(body)).not.toContain(id);
    });
});

it('AC-01 has no line for a route there is not', () => {
  const ids = ROUTES.map(({ id }) => id);
  expect(Object.keys(ROWS).filter((id) => !ids.includes(id))).toEqual([]);
});
