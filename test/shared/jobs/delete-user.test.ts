import { beforeEach, describe, expect, it } from 'vitest';
import { sealCredential } from '../../../shared/credentials/credential-data.ts';
import { tablesOf } from '../../../shared/executions/tables.ts';
import { newId } from '../../../shared/ids.ts';
import { runJobs } from '../../../shared/jobs/run-jobs.ts';
import { callOut, chain, manual, set, webhook } from '../../functions/definitions.ts';
import { aWorkbench, silentHttp, type Workbench } from '../../functions/workbench.ts';
import { everyRow, keyOf } from '../../http/test-platform.ts';

let bench: Workbench;
let userId: string;
beforeEach(async () => {
  bench = await aWorkbench(silentHttp);
  userId = bench.people.owner.id;
});

const schedule = {
  id: 'clock',
  name: 'Clock',
  type: 'trigger.schedule',
  parameters: { cron: '0 9 * * *', timezone: 'UTC' },
};
const soon = () => Date.now() + 10_000;
const jobs = () => bench.platform.stores.jobs.list(10);
const removeAll = () => bench.admin('DELETE', `/users/${userId}?removeAll=true`);
const aWorkflow = async (definition: unknown): Promise<string> =>
  (await bench.owner('POST', '/workflows', { name: 'Any', definition })).body.id;

/** Something of every kind that belongs to people. */
const settleIn = async (): Promise<string> => {
  const { stores, vault } = bench.platform;
  const definition = chain(webhook(), set({ a: '1' }));
  const id = await aWorkflow({ ...definition, nodes: [...definition.nodes, schedule] });
  const { body } = await bench.owner('POST', `/workflows/${id}/publish`);
  await bench.hook('POST', body.webhooks[0].url, { body: {} });
  await bench.orchestrator.idle();
  const credentialId = newId('cred');
  const data = await sealCredential(vault, { id: credentialId, createdBy: userId }, { token: 'x' });
  await stores.credentials.create(
    { name: 'API', type: 'bearer', allowedHosts: [], createdBy: userId, data },
    credentialId,
  );
  await stores.oauthTokens.put(credentialId, {
    sealed: null,
    fingerprint: userId,
    validUntil: null,
    renewAt: null,
    problem: null,
  });
  const variable = { type: 'number', isSecret: false, value: '1', createdBy: userId } as const;
  await stores.variables.create({ ...variable, name: 'rate', scope: 'global', workflowId: null });
  await stores.variables.create({ ...variable, name: 'own', scope: 'workflow', workflowId: id });
  await stores.aiSuggestions.create({
    userId,
    prompt: 'Anything',
    suggestion: null,
    isApplied: false,
    appliedAt: null,
    feedback: null,
  });
  await tablesOf(stores, userId).change('visits', 'home', { by: 'a', once: true, change: () => ({ n: 1 }) });
  await keyOf(bench.platform, bench.people.owner, ['workflow:read']);
  return body.webhooks[0].url;
};

describe('deleting a user with all that is theirs', () => {
  it('leaves no row that names them', async () => {
    const url = await settleIn();
    const named = async () => (await everyRow(bench.platform)).filter((row) => row.includes(userId));
    expect((await named()).length).toBeGreaterThan(10);

    expect((await removeAll()).status).toBe(204);

    expect(await named()).toEqual([]);
    expect(await jobs()).toEqual([]);
    expect((await bench.hook('POST', url, { body: {} })).status).toBe(404);
    expect((await bench.owner('GET', '/workflows')).status).toBe(401);
    expect((await bench.admin('GET', `/users/${userId}`)).status).toBe(404);
  });

  it('waits for what is under way to stop; for everybody else they are gone at once', async () => {
    const id = await aWorkflow(chain(manual, callOut));
    await bench.owner('POST', `/workflows/${id}/run`, {});

    expect((await removeAll()).status).toBe(204);

    expect(await jobs()).toMatchObject([{ kind: 'user.delete', subject: userId }]);
    expect((await bench.admin('GET', `/users/${userId}`)).status).toBe(404);
    const listed = (await bench.admin('GET', '/users')).body.data.map((user: { id: string }) => user.id);
    expect(listed).not.toContain(userId);
    expect((await removeAll()).status).toBe(404);

    await bench.orchestrator.idle();
    await runJobs(bench.platform, soon());
    expect(await jobs()).toEqual([]);
    expect((await everyRow(bench.platform)).filter((row) => row.includes(userId))).toEqual([]);
  }, 15_000);

  it('goes on where it was cut short', async () => {
    await settleIn();
    const { users, workflows } = bench.platform.stores;
    await users.beginRemoval(userId, { by: bench.people.admin.id, securityStamp: 'new' });
    for (const id of await workflows.idsOf(userId)) await workflows.takeDown(id);

    await runJobs(bench.platform, Date.now() - 1);
    expect(await jobs()).toHaveLength(1);
    await runJobs(bench.platform, soon());

    expect(await jobs()).toEqual([]);
    expect(await users.getByUsername('owner')).toBeNull();
  });

  it('twice at once, and once more when all has gone, is no error', async () => {
    await settleIn();
    const { users, jobs: kept } = bench.platform.stores;
    const job = await users.beginRemoval(userId, { by: bench.people.admin.id, securityStamp: 'new' });
    const logged: object[] = [];
    const platform = { ...bench.platform, log: (entry: object) => void logged.push(entry) };

    await Promise.all([runJobs(platform, soon()), runJobs(platform, soon()), runJobs(platform, soon())]);
    await kept.put(job);
    await runJobs(platform, soon());

    expect(await jobs()).toEqual([]);
    expect(logged).toEqual([]);
  });

  it('lets nothing new refer to them from the moment it begins', async () => {
    const { users, workflows } = bench.platform.stores;
    await users.beginRemoval(userId, { by: bench.people.admin.id, securityStamp: 'new' });
    const late = workflows.createWithVersion({ name: 'Late', createdBy: userId }, chain(manual) as never);
    await expect(late).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('is not asked for beside a successor', async () => {
    const successor = `successorId=${bench.people.stranger.id}`;
    const answer = await bench.admin('DELETE', `/users/${userId}?removeAll=true&${successor}`);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ in: 'query', pointer: '/removeAll' }]);
  });
});

it('a successor gets the tables; what they have themselves stands', async () => {
  const { stores } = bench.platform;
  const heir = bench.people.stranger.id;
  const put = (owner: string, key: string, n: number) =>
    tablesOf(stores, owner).change('visits', key, {
      by: `${owner}-${key}`,
      once: false,
      change: () => ({ n }),
    });
  await put(userId, 'home', 1);
  await put(userId, 'shop', 2);
  await put(heir, 'shop', 3);

  expect((await bench.admin('DELETE', `/users/${userId}?successorId=${heir}`)).status).toBe(204);

  expect((await tablesOf(stores, heir).get('visits', 'home'))?.value).toEqual({ n: 1 });
  expect((await tablesOf(stores, heir).get('visits', 'shop'))?.value).toEqual({ n: 3 });
});
