import { beforeEach, describe, expect, it } from 'vitest';
import { variableHandlers } from '../../functions/variables/handlers.ts';
import { aClient } from '../http/client.ts';
import type { Account } from '../http/test-platform.ts';
import { chain, manual, set } from './definitions.ts';
import { aWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
let owner: ReturnType<ReturnType<typeof caller>>;
let stranger: ReturnType<ReturnType<typeof caller>>;
let admin: ReturnType<ReturnType<typeof caller>>;

const caller =
  (send: ReturnType<typeof aClient>) =>
  (account: Account) =>
  (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const [pathname = '', query = ''] = path.split('?');
    const sent = { method, path: `/api/v1${pathname}`, query, token: account.token, headers };
    return send({ ...sent, ...(body === undefined ? {} : { body }) });
  };

beforeEach(async () => {
  bench = await aWorkbench();
  const as = caller(aClient(variableHandlers, bench.platform));
  owner = as(bench.people.owner);
  stranger = as(bench.people.stranger);
  admin = as(bench.people.admin);
});

const create = async (body: object) => {
  const answer = await owner('POST', '/variables', body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};
const aWorkflow = async (fields: Record<string, string> = {}) =>
  (await bench.owner('POST', '/workflows', { name: 'Orders', definition: chain(manual, set(fields)) })).body;

describe('a variable', () => {
  it.each([
    ['string', 'Zoë €5 😀'],
    ['string', ''],
    ['number', -2.5],
    ['boolean', false],
    ['json', { list: [1, null, '日本'] }],
    ['json', null],
  ])('of type %s keeps %j', async (type, value) => {
    const made = await create({ name: 'rate', type, value });
    expect(made).toMatchObject({
      name: 'rate',
      type,
      value,
      isSecret: false,
      scope: 'global',
      workflowId: null,
    });
    expect((await owner('GET', `/variables/${made.id}`)).body).toEqual(made);
  });

  it.each([
    ['/value', { type: 'number', value: '5' }],
    ['/value', { type: 'boolean', value: 'true' }],
    ['/value', { type: 'string', value: 5 }],
    ['/value', { type: 'string', value: 'x'.repeat(40_000) }],
    ['/value', { value: '', isSecret: true }],
    ['/isSecret', { type: 'number', value: 5, isSecret: true }],
    ['/name', { name: 'a-b', value: 'x' }],
    ['/name', { name: '1a', value: 'x' }],
    ['/name', { name: '__proto__.x', value: 'x' }],
    ['/type', { type: 'date', value: 'x' }],
    ['/createdBy', { value: 'x', createdBy: 'usr_01h455vb4pex5vsknk084sn02q' }],
    ['/scope', { value: 'x', scope: 'global' }],
  ])('is refused with a pointer to %s', async (pointer, wrong) => {
    const answer = await owner('POST', '/variables', { name: 'rate', ...wrong });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer }));
  });

  it('has a name of its own in its scope', async () => {
    const { id: workflowId } = await aWorkflow();
    await create({ name: 'rate', value: 'a' });
    await create({ name: 'rate', value: 'b', workflowId });
    expect((await owner('POST', '/variables', { name: 'rate', value: 'c' })).status).toBe(409);
    expect((await owner('POST', '/variables', { name: 'rate', value: 'c', workflowId })).status).toBe(409);
    expect((await stranger('POST', '/variables', { name: 'rate', value: 'c' })).status).toBe(201);
  });

  it('changed in between is not overwritten', async () => {
    const made = await owner('POST', '/variables', { name: 'rate', value: 'a' });
    const path = `/variables/${made.body.id}`;
    const etag = { 'if-match': String(made.headers.etag) };
    expect((await owner('PATCH', path, { value: 'b' }, etag)).body).toMatchObject({
      value: 'b',
      revision: 2,
    });
    expect((await owner('PATCH', path, { value: 'c' }, etag)).status).toBe(412);
    expect((await owner('DELETE', path, undefined, etag)).status).toBe(412);
    expect((await owner('DELETE', path)).status).toBe(204);
    expect((await owner('GET', path)).status).toBe(404);
  });

  it('takes another type with a value that fits it', async () => {
    const { id } = await create({ name: 'rate', value: '5' });
    expect((await owner('PATCH', `/variables/${id}`, { type: 'number' })).status).toBe(400);
    expect((await owner('PATCH', `/variables/${id}`, { type: 'number', value: 5 })).body.value).toBe(5);
    expect((await owner('PATCH', `/variables/${id}`, { type: 'json' })).body).toMatchObject({
      type: 'json',
      value: 5,
    });
  });
});

describe('a secret variable', () => {
  const CANARY = 'canary-4711';

  it('is shown to nobody and kept encrypted', async () => {
    const made = await create({ name: 'key', value: CANARY, isSecret: true });
    expect(made.value).toBeNull();
    const answers = [
      await owner('GET', '/variables'),
      await owner('PATCH', `/variables/${made.id}`, { name: 'key2' }),
      await admin('GET', `/variables/${made.id}`),
      await admin('GET', `/variables?ownerId=${bench.people.owner.id}`),
    ];
    for (const { body } of answers) {
      expect(JSON.stringify(body)).toContain(made.id);
      expect(JSON.stringify(body)).not.toContain(CANARY);
    }
    expect(JSON.stringify(await bench.platform.stores.variables.get(made.id))).not.toContain(CANARY);
  });

  it('becomes public only with another value, and secret with the one it has', async () => {
    const { id } = await create({ name: 'key', value: CANARY, isSecret: true });
    const path = `/variables/${id}`;
    expect((await owner('PATCH', path, { isSecret: false })).body.errors[0].pointer).toBe('/value');
    expect((await owner('PATCH', path, { type: 'json' })).status).toBe(400);
    expect((await owner('PATCH', path, { isSecret: false, value: 'open' })).body.value).toBe('open');
    expect((await owner('PATCH', path, { isSecret: true })).body.value).toBeNull();
    const row = await bench.platform.stores.variables.get(id);
    expect(row?.value).not.toContain('open');
  });

  it('is named by validation where something is computed from it', async () => {
    await create({ name: 'key', value: CANARY, isSecret: true });
    const workflow = await aWorkflow({ a: '{{ $base64($vars.key) }}' });
    expect(workflow.problems).toEqual([
      expect.objectContaining({
        code: 'expression.secretVariable',
        pointer: '/nodes/1/parameters/fields/0/value',
      }),
    ]);
    expect((await bench.owner('POST', `/workflows/${workflow.id}/publish`)).status).toBe(422);
    // The same text means nothing in the workflow of somebody else.
    const other = await bench.stranger('POST', '/workflows', {
      name: 'Other',
      definition: chain(manual, set({ a: '{{ $base64($vars.key) }}' })),
    });
    expect(other.body.problems).toEqual([]);
  });
});

describe('variables', () => {
  it('of a workflow stand over global ones where it runs', async () => {
    const workflow = await aWorkflow({ rate: '{{ $vars.rate }}', key: '<{{ $vars.key }}>' });
    await create({ name: 'rate', type: 'number', value: 1 });
    await create({ name: 'rate', type: 'number', value: 2.5, workflowId: workflow.id });
    await create({ name: 'key', value: 'canary-4711', isSecret: true });
    const { body } = await bench.owner('POST', `/workflows/${workflow.id}/run?wait=5`, { version: 'draft' });
    expect(body.output).toEqual([{ json: { rate: 2.5, key: '<[redacted]>' } }]);
  });

  it('of others are not there', async () => {
    const workflow = await aWorkflow();
    const { id } = await create({ name: 'rate', value: 'a', workflowId: workflow.id });
    for (const [method, path, body] of [
      ['GET', `/variables/${id}`],
      ['PATCH', `/variables/${id}`, { value: 'x' }],
      ['DELETE', `/variables/${id}`],
      ['GET', `/variables?workflowId=${workflow.id}`],
      ['POST', '/variables', { name: 'b', value: 'x', workflowId: workflow.id }],
    ] as const)
      expect((await stranger(method, path, body)).status, path).toBe(404);
    expect((await stranger('GET', `/variables?ownerId=${bench.people.owner.id}`)).status).toBe(403);
    expect((await admin('GET', `/variables?workflowId=${workflow.id}`)).body.data).toHaveLength(1);
  });

  it('that an admin makes for a workflow belong to its owner', async () => {
    const workflow = await aWorkflow();
    const made = await admin('POST', '/variables', { name: 'rate', value: 'a', workflowId: workflow.id });
    expect(made.body.createdBy).toBe(bench.people.owner.id);
  });
});
