import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aDefinition, aUser, aWorkflow, HARD_TEXT } from './store-builders.ts';
import { type TestStores, testStores } from './test-database.ts';
import { aHook, noTriggers } from './trigger-builders.ts';

let world: TestStores;
beforeAll(async () => {
  world = await testStores();
});
afterAll(() => world.stop());

const hook = (nodeId: string, method: 'GET' | 'POST' = 'POST') =>
  aHook({ nodeId, path: 'orders/:id', method, responseMode: 'lastNode' });

describe('versions', () => {
  it('are numbered in order, also when two are saved at once', async () => {
    const { workflows, workflowVersions } = world.stores;
    const workflow = await aWorkflow(world.stores);

    await Promise.all(
      ['b', 'c', 'd'].map((notes) =>
        workflows.saveVersion(workflow.id, {
          definition: aDefinition(notes),
          createdBy: workflow.createdBy,
          notes,
        }),
      ),
    );

    const { data } = await workflowVersions.list({ workflowId: workflow.id, limit: 10, caller: 'me' });
    expect(data.map(({ version }) => version)).toEqual([4, 3, 2, 1]);
    expect((await workflows.get(workflow.id))?.version).toBe(4);
    expect(data.map(({ notes }) => notes).sort()).toEqual(['b', 'c', 'd', null]);
  });

  it('hold any text, and definitions larger than an item', async () => {
    const { workflows, workflowVersions } = world.stores;
    const workflow = await aWorkflow(world.stores, { name: HARD_TEXT });
    const definition = aDefinition(HARD_TEXT.repeat(20_000));

    await workflows.saveVersion(workflow.id, { definition, createdBy: workflow.createdBy });

    expect((await workflowVersions.get(workflow.id, 2))?.definition).toEqual(definition);
    expect((await workflows.get(workflow.id))?.name).toBe(HARD_TEXT);
  });

  it('are refused on a revision that is not the newest', async () => {
    const workflow = await aWorkflow(world.stores);
    const version = { definition: aDefinition(), createdBy: workflow.createdBy };
    await world.stores.workflows.saveVersion(workflow.id, version);

    await expect(
      world.stores.workflows.saveVersion(workflow.id, { ...version, expectedRevision: workflow.revision }),
    ).rejects.toMatchObject({ code: 'resource.changed' });
  });
});

describe('publishing', () => {
  it('changes version, activity and routes together, and keeps the address of a hook', async () => {
    const { workflows, webhooks } = world.stores;
    const workflow = await aWorkflow(world.stores);

    const first = await workflows.publish({
      workflowId: workflow.id,
      version: 1,
      ...noTriggers,
      webhooks: [hook('a'), hook('b')],
    });
    const [a, b] = first.webhooks;
    await workflows.saveVersion(workflow.id, { definition: aDefinition('2'), createdBy: workflow.createdBy });
    const second = await workflows.publish({
      workflowId: workflow.id,
      version: 2,
      ...noTriggers,
      webhooks: [hook('a')],
    });

    expect(first.workflow).toMatchObject({ publishedVersion: 1, isActive: true });
    expect(second.webhooks[0]).toMatchObject({ id: a?.id, hookId: a?.hookId, version: 2 });
    expect(a?.hookId).not.toBe(b?.hookId);
    expect(await webhooks.route('POST', a?.hookId ?? '')).toMatchObject({
      workflowId: workflow.id,
      version: 2,
    });
    expect(await webhooks.route('POST', b?.hookId ?? '')).toBeNull();
    expect(await webhooks.route('GET', a?.hookId ?? '')).toBeNull();
    const { data } = await webhooks.listByWorkflow({ workflowId: workflow.id, limit: 10, caller: 'me' });
    expect(data).toHaveLength(1);
  });

  it('is undone whole by unpublishing, and the address comes back', async () => {
    const { workflows, webhooks } = world.stores;
    const workflow = await aWorkflow(world.stores);
    const { webhooks: made } = await workflows.publish({
      workflowId: workflow.id,
      version: 1,
      ...noTriggers,
      webhooks: [hook('a')],
    });
    const hookId = made[0]?.hookId ?? '';

    const { workflow: unpublished } = await workflows.unpublish(workflow.id);
    expect(unpublished).toMatchObject({ publishedVersion: null, isActive: false });
    expect(await webhooks.route('POST', hookId)).toBeNull();
    expect(await webhooks.routes(hookId)).toEqual([]);

    const again = await workflows.publish({
      workflowId: workflow.id,
      version: 1,
      ...noTriggers,
      webhooks: [hook('a')],
    });
    expect(again.webhooks[0]?.hookId).toBe(hookId);
    expect(await webhooks.routes(hookId)).toMatchObject([{ method: 'POST' }]);
  });

  it('of a version that does not exist changes nothing', async () => {
    const workflow = await aWorkflow(world.stores);

    await expect(
      world.stores.workflows.publish({
        workflowId: workflow.id,
        version: 9,
        ...noTriggers,
        webhooks: [hook('a')],
      }),
    ).rejects.toMatchObject({ code: 'resource.notFound' });

    expect(await world.stores.workflows.get(workflow.id)).toEqual(workflow);
  });

  it('never leaves a hook without a route while versions change', async () => {
    const { workflows, webhooks } = world.stores;
    const workflow = await aWorkflow(world.stores);
    const publication = { workflowId: workflow.id, version: 1, ...noTriggers, webhooks: [hook('a')] };
    const hookId = (await workflows.publish(publication)).webhooks[0]?.hookId ?? '';
    let publishing = true;
    const missing: number[] = [];

    const publisher = (async () => {
      for (let count = 0; count < 20; count++) await workflows.publish(publication);
      publishing = false;
    })();
    for (let calls = 0; publishing; calls++) if (!(await webhooks.route('POST', hookId))) missing.push(calls);
    await publisher;

    expect(missing).toEqual([]);
  });
});

describe('workflows', () => {
  it('need an owner who exists', async () => {
    await expect(aWorkflow(world.stores, { createdBy: 'usr_nobody' })).rejects.toMatchObject({
      code: 'request.invalid',
      errors: [{ pointer: '/createdBy' }],
    });
  });

  it('are listed by owner, by the beginning of their name, and when they are public', async () => {
    const owner = await aUser(world.stores);
    const names = ['Alpha', 'Beta', 'Beta2', 'Gamma'];
    for (const name of names)
      await aWorkflow(world.stores, { name, createdBy: owner.id, isPublic: name === 'Gamma' });
    const asked = { createdBy: owner.id, limit: 10, caller: owner.id };
    const namesOf = (page: { data: readonly { name: string }[] }) => page.data.map(({ name }) => name);
    const { workflows } = world.stores;

    expect(namesOf(await workflows.listByOwner(asked))).toEqual([...names].reverse());
    expect(namesOf(await workflows.listByOwner({ ...asked, name: 'Beta' }))).toEqual(['Beta', 'Beta2']);
    expect(namesOf(await workflows.listPublic({ limit: 100, caller: 'me' }))).toEqual(['Gamma']);
  });

  it('go with their versions and hooks, and can no longer be referred to', async () => {
    const { workflows, workflowVersions, webhooks, variables } = world.stores;
    const workflow = await aWorkflow(world.stores);
    const { webhooks: made } = await workflows.publish({
      workflowId: workflow.id,
      version: 1,
      ...noTriggers,
      webhooks: [hook('a')],
    });

    await workflows.remove(workflow.id);

    expect(await workflows.get(workflow.id)).toBeNull();
    expect(await workflowVersions.get(workflow.id, 1)).toBeNull();
    expect(await webhooks.route('POST', made[0]?.hookId ?? '')).toBeNull();
    await expect(
      variables.create({
        name: 'x',
        value: '1',
        type: 'number',
        scope: 'workflow',
        workflowId: workflow.id,
        createdBy: workflow.createdBy,
      }),
    ).rejects.toMatchObject({ errors: [{ pointer: '/workflowId' }] });
  });
});
