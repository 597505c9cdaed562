import { beforeAll, describe, expect, it } from 'vitest';
import { chain, manual, set, webhook } from '../definitions.ts';
import { aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
let secret: string;
let shared: string;
let execution: string;

const pinned = chain(
  { ...manual, pinnedItems: [{ json: { customer: 'private' } }] },
  { ...set({ a: '1' }), credentialId: 'cred_private' },
);

beforeAll(async () => {
  bench = await aWorkbench();
  const make = async (isPublic: boolean) =>
    (await bench.owner('POST', '/workflows', { name: 'Mine', isPublic, definition: pinned })).body.id;
  [secret, shared] = [await make(false), await make(true)];
  await bench.owner('PUT', `/workflows/${shared}`, { definition: chain(manual, set({ a: '1' })) });
  const run = await bench.owner('POST', `/workflows/${shared}/run?wait=5`);
  execution = run.body.id;
  await bench.orchestrator.idle();
});

const OPERATIONS = [
  ['GET', ''],
  ['PUT', '', { definition: chain(manual) }],
  ['PATCH', '', { name: 'Taken' }],
  ['POST', '/validate'],
  ['GET', '/versions'],
  ['GET', '/versions/1'],
  ['GET', '/versions/1/diff/1'],
  ['POST', '/versions/1/restore'],
  ['POST', '/publish'],
  ['POST', '/unpublish'],
  ['POST', '/run'],
  ['DELETE', ''],
] as const;

describe("somebody else's workflow", () => {
  it.each(OPERATIONS)('is not found by %s %s', async (method, path, body?: object) => {
    const answer = await bench.stranger(method, `/workflows/${secret}${path}`, body);
    const unknown = await bench.stranger(method, `/workflows/wf_01jd0000000000000000000000${path}`, body);

    expect([answer.status, answer.body.code]).toEqual([404, 'resource.notFound']);
    expect(answer.body.detail).toBe(unknown.body.detail);
  });

  it.each(OPERATIONS.filter(([method]) => method !== 'GET'))(
    'that is public cannot be changed or run by %s %s',
    async (method, path, body?: object) => {
      const answer = await bench.stranger(method, `/workflows/${shared}${path}`, body);

      expect([answer.status, answer.body.code]).toEqual([403, 'auth.forbidden']);
    },
  );

  it('that is public shows its definition without data and credentials of its owner', async () => {
    const version = await bench.stranger('GET', `/workflows/${shared}/versions/1`);
    const diff = await bench.stranger('GET', `/workflows/${shared}/versions/1/diff/2`);
    const workflow = await bench.stranger('GET', `/workflows/${shared}`);

    expect(version.body.definition.nodes).toMatchObject([
      { id: 'start' },
      { id: 'set', parameters: set({ a: '1' }).parameters },
    ]);
    for (const answer of [version, diff, workflow]) {
      expect(answer.status).toBe(200);
      expect(JSON.stringify(answer.body)).not.toContain('private');
    }
    const own = await bench.owner('GET', `/workflows/${shared}/versions/1`);
    expect(own.body.definition.nodes[0].pinnedItems).toEqual([{ json: { customer: 'private' } }]);
  });

  it('is in nobody else’s list, unless it is public and asked for', async () => {
    const ids = async (who: 'owner' | 'stranger' | 'admin', query = '') =>
      (await bench[who]('GET', `/workflows${query}`)).body.data.map((each: { id: string }) => each.id);
    const { owner } = bench.people;

    expect((await ids('owner')).sort()).toEqual([secret, shared].sort());
    expect(await ids('stranger')).toEqual([]);
    expect(await ids('stranger', '?isPublic=true')).toEqual([shared]);
    expect((await ids('admin', `?ownerId=${owner.id}`)).sort()).toEqual([secret, shared].sort());
    expect((await bench.stranger('GET', `/workflows?ownerId=${owner.id}`)).status).toBe(403);
  });

  it('is the admin’s to read and change', async () => {
    expect((await bench.admin('GET', `/workflows/${secret}`)).status).toBe(200);
    expect((await bench.admin('PATCH', `/workflows/${secret}`, { description: 'seen' })).status).toBe(200);
  });
});

describe("somebody else's execution", () => {
  it.each([
    ['GET', ''],
    ['GET', '/logs'],
    ['POST', '/cancel'],
    ['DELETE', ''],
  ])('is not found by %s %s, even of a public workflow', async (method, path) => {
    expect((await bench.stranger(method, `/executions/${execution}${path}`)).status).toBe(404);
  });

  it('is in no list of theirs', async () => {
    expect((await bench.stranger('GET', '/executions')).body.data).toEqual([]);
    expect((await bench.stranger('GET', `/executions?workflowId=${shared}`)).status).toBe(404);
    expect((await bench.stranger('GET', `/executions?ownerId=${bench.people.owner.id}`)).status).toBe(403);
    const asAdmin = await bench.admin('GET', `/executions?ownerId=${bench.people.owner.id}`);
    expect(asAdmin.body.data).toMatchObject([{ id: execution, triggeredBy: bench.people.owner.id }]);
  });
});

describe('a cursor', () => {
  it('is good for one list and one caller, and cannot be made up', async () => {
    for (let more = 0; more < 2; more += 1) await bench.stranger('POST', '/workflows', { name: `W${more}` });
    const page = await bench.stranger('GET', '/workflows?limit=1');
    const cursor: string = page.body.nextCursor;
    expect((await bench.stranger('GET', `/workflows?limit=1&cursor=${cursor}`)).status).toBe(200);

    const refused = [
      await bench.owner('GET', `/workflows?limit=1&cursor=${cursor}`),
      await bench.stranger('GET', `/workflows?isPublic=true&cursor=${cursor}`),
      await bench.stranger('GET', `/workflows?name=W&cursor=${cursor}`),
      await bench.stranger('GET', `/executions?cursor=${cursor}`),
      await bench.stranger('GET', `/workflows?cursor=${cursor.slice(1)}`),
      await bench.stranger('GET', '/workflows?cursor=%F0%9F%A7%BE'),
      await bench.owner('GET', `/executions/${execution}/logs?cursor=${cursor}`),
      await bench.owner('GET', `/executions/${execution}/logs?cursor=WyJfX3Byb3RvX18iLDFd`),
    ];

    expect(refused.map((answer) => [answer.status, answer.body.code])).toEqual(
      refused.map(() => [400, 'request.cursor']),
    );
  });
});

it('a webhook of one workflow answers for it alone', async () => {
  const { body } = await bench.owner('POST', '/workflows', { name: 'Hooked', definition: chain(webhook()) });
  const published = await bench.owner('POST', `/workflows/${body.id}/publish`);
  const [{ url }] = published.body.webhooks;

  await bench.hook('POST', url);

  const [own] = (await bench.owner('GET', `/executions?workflowId=${body.id}`)).body.data;
  expect(own).toMatchObject({ ownerId: bench.people.owner.id, triggeredBy: null });
});
