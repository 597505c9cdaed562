import { beforeAll, describe, expect, it } from 'vitest';
import { chain, set, webhook } from '../definitions.ts';
import { aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await aWorkbench();
});

const definition = chain(
  webhook({ path: 'orders/:id' }),
  set({ order: '{{ $json.params.id }}', total: '{{ $json.body.total }}' }),
);

describe('the life of a workflow', () => {
  it('goes from draft over publishing and a delivery to its log', async () => {
    const made = await bench.owner('POST', '/workflows', { name: 'Orders', definition });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Orders', version: 1, isActive: false, publishedVersion: null },
    });
    expect(made.body.problems.filter((each: { severity: string }) => each.severity === 'error')).toEqual([]);
    const path = `/workflows/${made.body.id}`;

    const published = await bench.owner('POST', `${path}/publish`);
    expect(published).toMatchObject({
      status: 200,
      body: {
        workflow: { isActive: true, publishedVersion: 1 },
        webhooks: [{ nodeId: 'hook', method: 'POST' }],
      },
    });
    const [{ url }] = published.body.webhooks;
    expect(url).toMatch(/^http:\/\/localhost:8081\/hooks\/[\w-]{22,}\/orders\/:id$/);

    const answer = await bench.hook('POST', url.replace(':id', 'A-1'), { body: { total: 12.5 } });
    expect(answer).toMatchObject({ status: 200, body: { order: 'A-1', total: 12.5 } });

    const executions = await bench.owner('GET', `/executions?workflowId=${made.body.id}`);
    expect(executions.body).toMatchObject({
      data: [
        { status: 'completed', triggerType: 'webhook', version: 1, mode: 'production', errorMessage: null },
      ],
      nextCursor: null,
    });
    const execution = `/executions/${executions.body.data[0].id}`;
    expect((await bench.owner('GET', execution)).body).toMatchObject({
      status: 'completed',
      output: [{ json: { order: 'A-1', total: 12.5 } }],
    });
    const logs = await bench.owner('GET', `${execution}/logs`);
    expect(logs.body.data).toMatchObject([
      { nodeId: 'hook', status: 'completed', inputData: null, truncated: false },
      { nodeId: 'set', status: 'completed', outputData: { main: [{ json: { order: 'A-1' } }] } },
    ]);
    const [first, second] = logs.body.data;
    expect(first.id).toMatch(/^log_/);
    expect(first.id).not.toBe(second.id);
  });

  it('keeps the address of a webhook over versions, and the published version until the next publishing', async () => {
    const { body: workflow } = await bench.owner('POST', '/workflows', { name: 'Stable', definition });
    const path = `/workflows/${workflow.id}`;
    const first = await bench.owner('POST', `${path}/publish`);
    const [{ url }] = first.body.webhooks;
    const call = async () => (await bench.hook('POST', url.replace(':id', '1'), { body: {} })).body;

    const saved = await bench.owner('PUT', path, {
      definition: chain(webhook({ path: 'orders/:id' }), set({ v: 'two' })),
    });
    expect(saved.body).toMatchObject({ version: 2, publishedVersion: 1 });
    expect(await call()).not.toMatchObject({ v: 'two' });

    const second = await bench.owner('POST', `${path}/publish`);
    expect(second.body.webhooks).toEqual(first.body.webhooks);
    expect(await call()).toMatchObject({ v: 'two' });

    const back = await bench.owner('POST', `${path}/publish`, { version: 1 });
    expect(back.body.workflow.publishedVersion).toBe(1);
    expect(await call()).not.toMatchObject({ v: 'two' });
  });

  it('ends deliveries with unpublishing, and everything with deleting', async () => {
    const { body: workflow } = await bench.owner('POST', '/workflows', { name: 'Mortal', definition });
    const path = `/workflows/${workflow.id}`;
    const { body } = await bench.owner('POST', `${path}/publish`);
    const url = body.webhooks[0].url.replace(':id', '1');
    expect((await bench.hook('POST', url, { body: {} })).status).toBe(200);
    const [execution] = (await bench.owner('GET', `/executions?workflowId=${workflow.id}`)).body.data;

    const unpublished = await bench.owner('POST', `${path}/unpublish`);
    expect(unpublished.body).toMatchObject({ isActive: false, publishedVersion: null });
    expect((await bench.hook('POST', url, { body: {} })).body.code).toBe('webhook.notFound');

    expect((await bench.owner('DELETE', path)).status).toBe(204);
    expect((await bench.owner('GET', path)).status).toBe(404);
    expect((await bench.owner('GET', `${path}/versions/1`)).status).toBe(404);
    expect((await bench.owner('GET', `/executions/${execution.id}`)).status).toBe(404);
    expect((await bench.owner('DELETE', path)).status).toBe(404);
  });
});
