import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../shared/ids.ts';
import { chain, manual } from '../definitions.ts';
import { aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await aWorkbench();
});

const idsOf = ({ body }: { body: { data: readonly { id: string }[] } }) => body.data.map(({ id }) => id);
const aWorkflow = async (...nodes: Parameters<typeof chain>) =>
  (await bench.admin('POST', '/workflows', { name: 'Mine', tags: ['own'], definition: chain(...nodes) }))
    .body;
const saved = async (workflowId: string, more: object = {}) =>
  (await bench.admin('POST', '/templates', { workflowId, ...more })).body;

describe('the list of templates', () => {
  it('begins with the featured ones and goes on page by page', async () => {
    const first = await bench.owner('GET', '/templates?limit=2');
    expect(first.body.data).toHaveLength(2);
    expect(first.body.data[0]).toMatchObject({ isFeatured: true, isBuiltIn: true });
    const second = await bench.owner('GET', `/templates?limit=2&cursor=${first.body.nextCursor}`);
    expect(idsOf(second)).not.toContain(idsOf(first)[1]);
    expect((await bench.owner('GET', '/templates?cursor=nothing')).body.code).toBe('request.cursor');
  });

  it('is searched by a sentence, best first', async () => {
    const found = await bench.owner('GET', '/templates?q=tell%20slack%20about%20new%20github%20issues');
    expect(idsOf(found)[0]).toBe('github-to-slack');
    expect(idsOf(await bench.owner('GET', '/templates?q=xylophone'))).toEqual([]);
  });

  it.each(['category=Sales', 'tag=orders', 'isFeatured=true', 'q=order&category=Sales&tag=webhook'])(
    'is narrowed by %s',
    async (query) => {
      expect(idsOf(await bench.owner('GET', `/templates?${query}&limit=100`))).toContain('order-intake');
    },
  );

  it('tells of no others than were asked for', async () => {
    const { body } = await bench.owner('GET', '/templates?category=Sales&limit=100');
    expect(new Set(body.data.map(({ category }: { category: string }) => category))).toEqual(
      new Set(['Sales']),
    );
    expect(idsOf(await bench.owner('GET', '/templates?tag=nothing'))).toEqual([]);
  });
});

describe('a template', () => {
  it('is told with what it needs', async () => {
    const { body } = await bench.owner('GET', '/templates/order-intake');
    expect(body).toMatchObject({
      credentials: [{ nodeId: 'tell', types: ['slack', 'webhookUrl'] }],
      values: [{ path: 'tell.channel' }],
      sampleInput: [{ body: { id: 'o-7' } }],
    });
    expect((await bench.owner('GET', '/templates/no-such')).status).toBe(404);
  });

  it('becomes a draft of the caller, with their name, credentials and values', async () => {
    const row = { name: 'S', type: 'slack', data: 'sealed', allowedHosts: ['slack.com'] };
    const createdBy = bench.people.owner.id;
    const { id } = await bench.platform.stores.credentials.create({ ...row, createdBy }, newId('cred'));
    const made = await bench.owner('POST', '/templates/order-intake/instantiate', {
      name: 'Our orders',
      credentials: { tell: id },
      values: { 'tell.channel': '#ours' },
    });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Our orders', publishedVersion: null, problems: [] },
    });
    const read = await bench.owner('GET', `/workflows/${made.body.id}`);
    const tell = read.body.definition.nodes.find((node: { id: string }) => node.id === 'tell');
    expect(tell).toMatchObject({ credentialId: id, typeVersion: 1, parameters: { channel: '#ours' } });
    expect((await bench.stranger('GET', `/workflows/${made.body.id}`)).status).toBe(404);
  });

  it('keeps a credential of somebody else’s as a problem', async () => {
    const body = { credentials: { tell: newId('cred') } };
    const made = await bench.owner('POST', '/templates/order-intake/instantiate', body);
    expect(made.body.problems).toMatchObject([{ code: 'node.unknownCredential', nodeId: 'tell' }]);
  });

  it.each([
    [{ credentials: { nobody: 'x' } }, '/credentials/nobody'],
    [{ values: { 'order.parameters': 1 } }, '/values/order.parameters'],
    [{ values: { 'tell.__proto__': 1 } }, '/values/tell.__proto__'],
  ])('takes nothing it does not ask for: %j', async (body, pointer) => {
    const answer = await bench.owner('POST', '/templates/order-intake/instantiate', body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('that comes with Stepwell stays as it is', async () => {
    expect((await bench.admin('PATCH', '/templates/order-intake', { isFeatured: false })).status).toBe(409);
    expect((await bench.admin('DELETE', '/templates/order-intake')).status).toBe(409);
  });
});

describe('a workflow saved as a template', () => {
  it('is everybody’s, found among the others, changed and deleted by admins', async () => {
    const workflow = await aWorkflow(manual);
    const template = await saved(workflow.id, { name: 'Zebra feeding', category: 'Zoo', isFeatured: true });
    expect(template).toMatchObject({ name: 'Zebra feeding', tags: ['own'], isBuiltIn: false, revision: 1 });
    expect(idsOf(await bench.stranger('GET', '/templates?q=feed%20zebras'))[0]).toBe(template.id);
    expect(idsOf(await bench.stranger('GET', '/templates?category=Zoo&isFeatured=true'))).toEqual([
      template.id,
    ]);
    const path = `/templates/${template.id}`;
    const made = await bench.stranger('POST', `${path}/instantiate`);
    expect(made).toMatchObject({ status: 201, body: { name: 'Zebra feeding', problems: [] } });
    const changed = await bench.admin(
      'PATCH',
      path,
      { isFeatured: false, tags: ['zebra'] },
      { 'if-match': '"1"' },
    );
    expect(changed).toMatchObject({ status: 200, body: { isFeatured: false, tags: ['zebra'], revision: 2 } });
    expect((await bench.admin('PATCH', path, { name: 'x' }, { 'if-match': '"1"' })).status).toBe(412);
    const removed = (ifMatch: string) => bench.admin('DELETE', path, undefined, { 'if-match': ifMatch });
    const { headers } = await bench.admin('GET', path);
    expect((await removed('"99"')).status).toBe(412);
    expect((await removed(headers.etag ?? '')).status).toBe(204);
    expect((await bench.owner('GET', path)).status).toBe(404);
  });

  it('holds no secrets, and says what is missing', async () => {
    const other = newId('wf');
    const workflow = await aWorkflow(
      manual,
      {
        id: 'call',
        name: 'Call',
        type: 'http.request',
        credentialId: newId('cred'),
        pinnedItems: [{ json: { private: 'data' } }],
        parameters: {
          url: 'https://a.example/?api_key=hidden-1&page={{ $json.page }}',
          headers: {
            Authorization: 'Bearer hidden-2-long',
            'x-trace': 'kept',
            'x-token': '{{ $vars.token }}',
          },
        },
      },
      {
        id: 'agent',
        name: 'Agent',
        type: 'ai.agent',
        parameters: {
          tools: [
            { kind: 'node', name: 'a', credentialId: newId('cred'), type: 'http.request' },
            { kind: 'workflow', name: 'b', workflowId: other },
          ],
        },
      },
      {
        id: 'set',
        name: 'Set',
        type: 'data.set',
        parameters: {
          fields: [
            { name: 'password', value: 'hidden-3' },
            { name: 'n', value: 'kept-too' },
          ],
        },
      },
    );
    const template = await saved(workflow.id);
    const text = JSON.stringify(template);
    for (const secret of ['hidden', 'private', 'cred_', other]) expect(text).not.toContain(secret);
    for (const kept of ['kept', 'kept-too', '{{ $vars.token }}', '&page={{ $json.page }}'])
      expect(text).toContain(kept);
    expect(template.credentials).toMatchObject([
      { nodeId: 'call', types: expect.arrayContaining(['bearer']) },
    ]);
    expect(template.values.map(({ path }: { path: string }) => path)).toEqual([
      'call.url',
      'call.headers.Authorization',
      'agent.tools.0.credentialId',
      'agent.tools.1.workflowId',
      'set.fields.0.value',
    ]);
    const made = await bench.owner('POST', `/templates/${template.id}/instantiate`, {
      values: { 'agent.tools.1.workflowId': other, 'set.fields.0.value': 'new' },
    });
    expect(made.body.definition.nodes[2].parameters.tools[1].workflowId).toBe(other);
    expect(made.body.definition.nodes[3].parameters.fields[0].value).toBe('new');
  });

  it('is an admin’s to save, from a workflow they see', async () => {
    const { id } = await aWorkflow(manual);
    expect((await bench.owner('POST', '/templates', { workflowId: id })).status).toBe(403);
    expect((await bench.admin('POST', '/templates', { workflowId: newId('wf') })).status).toBe(404);
    expect((await bench.admin('POST', '/templates', { workflowId: id, version: 9 })).status).toBe(404);
  });
});
