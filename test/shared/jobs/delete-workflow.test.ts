import { beforeEach, describe, expect, it } from 'vitest';
import { runJobs } from '../../../shared/jobs/run-jobs.ts';
import { callOut, chain, manual, set, webhook } from '../../functions/definitions.ts';
import { aWorkbench, silentHttp, type Workbench } from '../../functions/workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await aWorkbench(silentHttp);
});

const jobs = () => bench.platform.stores.jobs.list(10);
const soon = () => Date.now() + 10_000;
const aWorkflow = async (definition: unknown): Promise<string> =>
  (await bench.owner('POST', '/workflows', { name: 'Any', definition })).body.id;

describe('deleting a workflow', () => {
  it('leaves nothing of it', async () => {
    const id = await aWorkflow(chain(webhook(), set({ a: '1' })));
    const { body } = await bench.owner('POST', `/workflows/${id}/publish`);
    const [{ url }] = body.webhooks;
    await bench.hook('POST', url, { body: {} });
    const [execution] = (await bench.owner('GET', `/executions?workflowId=${id}`)).body.data;
    const { stores } = bench.platform;
    const variable = { name: 'rate', type: 'number', scope: 'workflow', value: '1' } as const;
    await stores.variables.create({ ...variable, workflowId: id, createdBy: bench.people.owner.id });

    expect((await bench.owner('DELETE', `/workflows/${id}`)).status).toBe(204);

    expect((await bench.owner('GET', `/workflows/${id}`)).status).toBe(404);
    expect((await bench.hook('POST', url, { body: {} })).status).toBe(404);
    expect(await stores.executions.get(execution.id)).toBeNull();
    expect(await stores.workflowVersions.get(id, 1)).toBeNull();
    const left = await stores.variables.listByWorkflow({ workflowId: id, limit: 10, caller: 'me' });
    expect(left.data).toEqual([]);
    expect(await jobs()).toEqual([]);
  });

  it('waits for what is under way to stop, and is finished by a later run of the job', async () => {
    const id = await aWorkflow(chain(manual, callOut));
    const { body: execution } = await bench.owner('POST', `/workflows/${id}/run`, {});

    expect((await bench.owner('DELETE', `/workflows/${id}`)).status).toBe(204);
    expect((await bench.owner('GET', `/workflows/${id}`)).status).toBe(404);
    expect(await jobs()).toMatchObject([{ kind: 'workflow.delete', subject: id }]);
    const ended = await bench.owner('GET', `/executions/${execution.id}?wait=10`);
    expect(ended.body.status).toBe('cancelled');

    await runJobs(bench.platform, soon());

    expect(await jobs()).toEqual([]);
    expect(await bench.platform.stores.workflowVersions.get(id, 1)).toBeNull();
    expect((await bench.owner('GET', `/executions/${execution.id}`)).status).toBe(404);
  }, 15_000);

  it('goes on where it was cut short', async () => {
    const id = await aWorkflow(chain(manual));
    const { workflows } = bench.platform.stores;
    await workflows.beginRemoval(id, bench.people.owner.id);
    await workflows.takeDown(id);
    expect((await bench.owner('GET', `/workflows/${id}`)).status).toBe(404);

    await runJobs(bench.platform, soon());
    await runJobs(bench.platform, soon());

    expect(await workflows.takeDown(id)).toBeNull();
    expect(await jobs()).toEqual([]);
  });

  it('lets nothing new refer to it from the moment it begins', async () => {
    const id = await aWorkflow(chain(manual));
    const { workflows, variables } = bench.platform.stores;
    await workflows.beginRemoval(id, bench.people.owner.id);

    const variable = { name: 'late', type: 'number', scope: 'workflow', value: '1' } as const;
    await expect(
      variables.create({ ...variable, workflowId: id, createdBy: bench.people.owner.id }),
    ).rejects.toMatchObject({ code: 'request.invalid' });
    expect((await bench.owner('PUT', `/workflows/${id}`, { definition: chain(manual) })).status).toBe(404);
  });

  it('fails where somebody has changed it meanwhile', async () => {
    const id = await aWorkflow(chain(manual));
    const refused = await bench.owner('DELETE', `/workflows/${id}`, undefined, { 'if-match': '"9"' });
    expect(refused.status).toBe(412);
    expect(await jobs()).toEqual([]);
  });
});

it('a job that fails does not keep the others', async () => {
  const id = await aWorkflow(chain(manual));
  const { stores } = bench.platform;
  await stores.workflows.beginRemoval(id, bench.people.owner.id);
  await stores.jobs.put({
    kind: 'user.unpublish',
    subject: bench.people.owner.id,
    by: bench.people.admin.id,
  });
  const logged: object[] = [];
  const takeDown = async () => {
    throw new Error('The database is away.');
  };
  const broken = {
    ...bench.platform,
    stores: { ...stores, workflows: { ...stores.workflows, takeDown } },
    log: (entry: object) => logged.push(entry),
  };

  await runJobs(broken, soon());

  expect(await jobs()).toMatchObject([{ kind: 'workflow.delete', subject: id }]);
  expect(logged).toMatchObject([{ message: 'job failed', error: 'Error: The database is away.' }]);
});
