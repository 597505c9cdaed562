import { beforeAll, describe, expect, it } from 'vitest';
import { uses } from '../../engine/nodes/fake-ai.ts';
import { chain, manual, set } from '../definitions.ts';
import { aDesk, BROKEN_PROPOSAL, type Desk, PROPOSAL } from './desk.ts';

const PATH = '/ai/suggestions';
let desk: Desk;
beforeAll(async () => {
  desk = await aDesk();
  await desk.addModel();
});

const suggested = async (proposal = PROPOSAL, more: object = {}) => {
  desk.told(uses(['propose_workflow', proposal]));
  return (await desk.owner('POST', `${PATH}?wait=20`, { prompt: 'Say hello', ...more })).body;
};
const apply = (id: string, body: object = {}) => desk.owner('POST', `${PATH}/${id}/apply`, body);
const aWorkflow = async (name: string) => {
  const definition = chain(manual, set({ greeting: 'Moin' }));
  return (await desk.owner('POST', '/workflows', { name, definition })).body;
};

describe('applying a suggestion', () => {
  it('makes a draft that runs', async () => {
    const { id } = await suggested();
    const { status, body } = await apply(id);
    expect(status).toBe(201);
    expect(body).toMatchObject({ version: 1 });
    const { body: workflow } = await desk.owner('GET', `/workflows/${body.workflowId}`);
    expect(workflow).toMatchObject({ name: 'Greeter', description: 'Greets.', publishedVersion: null });
    const path = `/workflows/${body.workflowId}`;
    await desk.owner('POST', `${path}/publish`, {});
    await desk.owner('POST', `${path}/run`, {});
    await desk.orchestrator.idle();
    const { body: executions } = await desk.owner('GET', `/executions?workflowId=${body.workflowId}`);
    expect(executions.data).toMatchObject([{ status: 'completed' }]);
  });

  it('may give the draft another name', async () => {
    const { id } = await suggested();
    const { body } = await apply(id, { name: 'Mine' });
    expect((await desk.owner('GET', `/workflows/${body.workflowId}`)).body.name).toBe('Mine');
  });

  it('notes when, and is done once', async () => {
    const { id } = await suggested();
    await apply(id);
    const { body } = await desk.owner('GET', `${PATH}/${id}`);
    expect(body).toMatchObject({ isApplied: true, appliedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(await apply(id)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('has been applied') },
    });
  });

  it('is done by one of several who do it at the same time', async () => {
    const { id } = await suggested();
    const count = async () => (await desk.owner('GET', '/workflows?limit=100')).body.data.length;
    const before = await count();
    const answers = await Promise.all(Array.from({ length: 5 }, () => apply(id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(await count()).toBe(before + 1);
  });

  it('makes a version of the workflow it changes, and publishes nothing', async () => {
    const before = await aWorkflow('Old');
    const { id } = await suggested(PROPOSAL, { workflowId: before.id });
    const { body } = await apply(id);
    expect(body).toMatchObject({ workflowId: before.id, version: 2 });
    expect((await desk.owner('GET', `/workflows/${before.id}`)).body).toMatchObject({
      name: 'Old',
      version: 2,
      publishedVersion: null,
    });
  });

  describe('whose workflow was saved meanwhile', () => {
    const edited = async () => {
      const { id: workflowId } = await aWorkflow('Busy');
      const suggestion = await suggested(PROPOSAL, { workflowId });
      const path = `/workflows/${workflowId}`;
      const save = (greeting: string) =>
        desk.owner('PUT', path, { definition: chain(manual, set({ greeting })) });
      await save('Servus');
      return { suggestion, path, save };
    };

    it('is refused, saying what it was made for and how to go on, and stays to be applied', async () => {
      const { suggestion, path } = await edited();
      expect(suggestion.workflowVersion).toBe(1);
      const { status, body } = await apply(suggestion.id);
      expect(status).toBe(409);
      expect(body.detail).toContain('it was made for version 1 of the workflow, which is at version 2 now');
      const [, diff = ''] = /GET (\S+) shows/.exec(body.detail) ?? [];
      expect((await desk.owner('GET', diff)).body.nodes.changed).toMatchObject([{ id: 'set' }]);
      expect((await desk.owner('GET', path)).body.version).toBe(2);
      expect((await desk.owner('GET', `${PATH}/${suggestion.id}`)).body.isApplied).toBe(false);
    });

    it('is put over the version that is named, and over no newer one', async () => {
      const { suggestion, path, save } = await edited();
      await save('Grüezi');
      expect(await apply(suggestion.id, { expectedVersion: 2 })).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining('you expect version 2') },
      });
      expect(await apply(suggestion.id, { expectedVersion: 3 })).toMatchObject({
        status: 201,
        body: { version: 4 },
      });
      expect((await desk.owner('GET', path)).body.version).toBe(4);
    });

    it('is applied all the same when only its name or its state has changed', async () => {
      const { id: workflowId } = await aWorkflow('To be renamed');
      const { id } = await suggested(PROPOSAL, { workflowId });
      await desk.owner('PATCH', `/workflows/${workflowId}`, { name: 'Renamed' });
      await desk.owner('POST', `/workflows/${workflowId}/publish`, {});
      expect(await apply(id)).toMatchObject({ status: 201, body: { version: 2 } });
    });

    it('is refused to one of two that are applied at once', async () => {
      const { id: workflowId } = await aWorkflow('Twice');
      const [one, other] = [
        await suggested(PROPOSAL, { workflowId }),
        await suggested(PROPOSAL, { workflowId }),
      ];
      const answers = await Promise.all([apply(one.id), apply(other.id)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    });
  });

  it('for a new workflow follows no version', async () => {
    const { id } = await suggested();
    expect(await apply(id, { expectedVersion: 1 })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/expectedVersion' }] },
    });
    expect((await apply(id)).status).toBe(201);
  });

  it('whose workflow has gone meanwhile fails, and stays to be applied', async () => {
    const before = await aWorkflow('Short-lived');
    const { id } = await suggested(PROPOSAL, { workflowId: before.id });
    expect((await desk.owner('DELETE', `/workflows/${before.id}`)).status).toBeLessThan(300);
    expect((await apply(id)).status).toBe(404);
    expect((await desk.owner('GET', `${PATH}/${id}`)).body).toMatchObject({
      isApplied: false,
      appliedAt: null,
    });
  });

  it('that is invalid but can be read makes a draft to be mended, and tells its problems', async () => {
    const { id, isValid } = await suggested(BROKEN_PROPOSAL);
    expect(isValid).toBe(false);
    const { status, body } = await apply(id);
    expect(status).toBe(201);
    expect(body.problems).toContainEqual(expect.objectContaining({ code: 'node.unknownType' }));
    expect((await desk.owner('POST', `/workflows/${body.workflowId}/publish`, {})).status).toBe(422);
  });

  it('that cannot even be read is refused, and stays to be applied', async () => {
    const { id } = await suggested({ ...PROPOSAL, definition: { nodes: ['start'], edges: [] } });
    expect(await apply(id)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('cannot even be read') },
    });
    expect((await desk.owner('GET', `${PATH}/${id}`)).body.isApplied).toBe(false);
  });
});
