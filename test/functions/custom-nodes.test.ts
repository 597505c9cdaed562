import { beforeAll, describe, expect, it } from 'vitest';
import type { HttpPort, HttpRequest } from '../../engine/ports.ts';
import { credentialHandlers } from '../../functions/credentials/handlers.ts';
import { nodeHandlers } from '../../functions/nodes/handlers.ts';
import { aClient } from '../http/client.ts';
import { chain, manual } from './definitions.ts';
import { aWorkbench } from './workbench.ts';

const requests: HttpRequest[] = [];
const BODY = Buffer.from('{"results":[{"t":1},{"t":2}]}');
const head = (request: HttpRequest) => {
  requests.push(request);
  return { status: 200, headers: { 'content-type': 'application/json' }, url: request.url };
};
const http: HttpPort = {
  request: async (request) => ({ ...head(request), body: BODY }),
  stream: async (request) => ({
    ...head(request),
    body: (async function* () {
      yield BODY;
    })(),
  }),
};

const WEATHER = {
  type: 'custom.weather.forecast',
  name: 'Forecast',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', title: 'City' }, days: { type: 'integer', default: 3 } },
    required: ['city'],
  },
  request: {
    url: 'https://weather.example/{{ $encodeUrlComponent($parameters.city) }}',
    query: { days: '{{ $parameters.days }}' },
  },
  result: '{{ $response.results }}',
};

let bench: Awaited<ReturnType<typeof aWorkbench>>;
let call: ReturnType<typeof aClient>;
let admin: string;
let user: string;

beforeAll(async () => {
  bench = await aWorkbench(http);
  call = aClient([...nodeHandlers, ...credentialHandlers], bench.platform);
  admin = bench.people.admin.token;
  user = bench.people.owner.token;
});

const add = (body: unknown, token = admin) => call({ method: 'POST', path: '/api/v1/nodes', body, token });
const read = (type: string, query = '') => call({ path: `/api/v1/nodes/${type}`, query, token: user });

describe('a node type that an admin adds', () => {
  it('is in the catalogue, and not core', async () => {
    const made = await add(WEATHER);
    expect(made).toMatchObject({
      status: 201,
      body: { type: WEATHER.type, version: 1, isCore: false, category: 'Custom' },
    });
    const { body } = await read(WEATHER.type);
    expect(body.schema.properties.city).toEqual({ type: 'string', title: 'City' });
    const { body: page } = await call({ path: '/api/v1/nodes', query: 'isCore=false', token: user });
    expect(page.data.map(({ type }: { type: string }) => type)).toEqual([WEATHER.type]);
  });

  it('stays as it is when it comes again, and gets a version when it changes; the old one can still be read', async () => {
    expect(await add(WEATHER)).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await add({ ...WEATHER, name: 'Better forecast' })).toMatchObject({
      status: 201,
      body: { version: 2 },
    });
    expect((await read(WEATHER.type)).body).toMatchObject({ version: 2, name: 'Better forecast' });
    expect((await read(WEATHER.type, 'version=1')).body).toMatchObject({ version: 1, name: 'Forecast' });
    expect((await read(WEATHER.type, 'version=3')).status).toBe(404);
  });

  it('is not added by others', async () => {
    expect((await add({ ...WEATHER, type: 'custom.other' }, user)).status).toBe(403);
  });

  it.each([
    [{ type: 'http.request' }, '/type'],
    [{ request: { url: '{{ $parameters. }}' } }, '/request'],
    [{ request: { method: 'TRACE', url: 'https://x.example' } }, '/request/method'],
    [
      { parameters: { type: 'object', properties: { a: { type: 'string', pattern: '(a+)+$' } } } },
      '/parameters/properties/a/pattern',
    ],
    [
      { parameters: { type: 'object', properties: { a: { $ref: 'https://x.example' } } } },
      '/parameters/properties/a/$ref',
    ],
    [{ result: '{{ ( }}' }, '/result'],
  ])('is refused with %j', async (overrides, pointer) => {
    const { status, body } = await add({ ...WEATHER, ...overrides });
    expect([400, 422]).toContain(status);
    expect(body.errors.map((each: { pointer: string }) => each.pointer)).toContain(pointer);
  });

  it('runs like any other, in the version the workflow was saved with', async () => {
    const definition = chain(manual, {
      id: 'ask',
      name: 'Ask',
      type: WEATHER.type,
      parameters: { city: '{{ $json.city }}' },
    });
    const workflow = await bench.owner('POST', '/workflows', { name: 'Weather', definition });
    expect(workflow.body.problems).toEqual([]);
    const version = await bench.owner('GET', `/workflows/${workflow.body.id}/versions/1`);
    expect(version.body.definition.nodes[1].typeVersion).toBe(2);

    const items = [{ json: { city: 'São Tomé' } }];
    const run = await bench.owner('POST', `/workflows/${workflow.body.id}/run?wait=20`, { items });

    expect(requests.at(-1)?.url).toBe('https://weather.example/S%C3%A3o%20Tom%C3%A9?days=3');
    expect(run.body.status).toBe('completed');
    expect(run.body.output.map(({ json }: { json: unknown }) => json)).toEqual([{ t: 1 }, { t: 2 }]);
  });

  it('is checked like any other when a workflow is saved', async () => {
    const definition = {
      nodes: [
        manual,
        { id: 'ask', name: 'Ask', type: WEATHER.type, parameters: { town: 'x' } },
        { id: 'none', name: 'None', type: 'custom.missing' },
      ],
      edges: [
        { source: 'start', target: 'ask' },
        { source: 'start', target: 'none' },
      ],
    };
    const { body } = await bench.owner('POST', '/workflows', { name: 'Wrong', definition });
    const codes = body.problems.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(expect.arrayContaining(['node.parameter', 'node.unknownType']));
  });
});

describe('an OpenAPI document', () => {
  const importing = (body: object) =>
    call({ method: 'POST', path: '/api/v1/nodes/import-openapi', body, token: admin });
  const document = `
openapi: 3.1.0
info: { title: Pets, version: '1' }
servers: [{ url: https://pets.example }]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters: [{ in: path, name: id, required: true, schema: { type: integer } }]
`;

  it('becomes a set of node types; a second time changes nothing', async () => {
    const first = await importing({ document, prefix: 'pets' });
    expect(first).toMatchObject({
      status: 200,
      body: { nodes: [{ type: 'custom.pets.getPet', version: 1, created: true }], skipped: [] },
    });
    expect((await importing({ document, prefix: 'pets' })).body.nodes[0].created).toBe(false);
    expect((await read('custom.pets.getPet')).body.schema.required).toEqual(['id']);
  });

  it('becomes nodes that run: lists, objects and credentials go out as the document says', async () => {
    const shop = `
openapi: 3.0.3
info: { title: Shop, version: '1' }
servers: [{ url: 'https://{region}.shop.example', variables: { region: { default: eu } } }]
security: [{ key: [] }]
paths:
  /orders/{id}:
    parameters: [{ $ref: '#/components/parameters/Id' }]
    get:
      operationId: getOrder
      parameters:
        - { in: query, name: tags, schema: { type: array, items: { type: string } } }
        - { in: query, name: fields, explode: false, schema: { type: array, items: { type: string } } }
        - { in: query, name: filter, style: deepObject, schema: { type: object, properties: { state: { type: string }, from: { type: integer } } } }
        - { in: header, name: X-Trace, schema: { type: string } }
    put:
      operationId: putOrder
      requestBody:
        required: true
        content: { application/vnd.shop+json: { schema: { allOf: [{ $ref: '#/components/schemas/Order' }, { type: object, required: [total] }] } } }
components:
  parameters: { Id: { in: path, name: id, required: true, schema: { type: string } } }
  securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }
  schemas:
    Order:
      type: object
      required: [id]
      properties:
        id: { type: string, readOnly: true }
        total: { type: number, nullable: true }
        parent: { $ref: '#/components/schemas/Order' }
`;
    const made = await importing({ document: shop, prefix: 'shop' });
    expect(made.body.nodes.map(({ type }: { type: string }) => type)).toEqual([
      'custom.shop.getOrder',
      'custom.shop.putOrder',
    ]);
    const credential = await call({
      method: 'POST',
      path: '/api/v1/credentials',
      token: user,
      body: {
        name: 'Shop',
        type: 'apiKey',
        data: { name: 'X-Key', value: 'a-secret-key', in: 'header' },
        allowedHosts: ['eu.shop.example'],
      },
    });
    const runOne = async (type: string, parameters: Parameters<typeof chain>[0]['parameters']) => {
      const node = { id: 'n', name: 'N', type, parameters, credentialId: credential.body.id };
      const workflow = await bench.owner('POST', '/workflows', {
        name: type,
        definition: chain(manual, node),
      });
      expect(workflow.body.problems).toEqual([]);
      const run = await bench.owner('POST', `/workflows/${workflow.body.id}/run?wait=20`, {});
      expect(run.body.status).toBe('completed');
      return requests.at(-1);
    };

    const read = await runOne('custom.shop.getOrder', {
      id: 'a/7',
      tags: ['x', 'y'],
      fields: ['id', 'total'],
      filter: { state: 'open' },
      'X-Trace': 't',
    });
    expect(read).toMatchObject({
      method: 'GET',
      url: 'https://eu.shop.example/orders/a%2F7?tags=x&tags=y&fields=id%2Ctotal&filter%5Bstate%5D=open',
      headers: { 'x-trace': 't', 'x-key': 'a-secret-key' },
    });
    const written = await runOne('custom.shop.putOrder', {
      id: '7',
      body: { total: null, parent: { id: '6', anything: true } },
    });
    expect(written).toMatchObject({
      method: 'PUT',
      url: 'https://eu.shop.example/orders/7',
      headers: { 'content-type': 'application/vnd.shop+json' },
      body: '{"total":null,"parent":{"id":"6","anything":true}}',
    });
  });

  it.each([
    ['openapi: 2.0', 'Expected an OpenAPI 3 document'],
    ['[1', 'neither JSON nor YAML'],
    ['just text', 'no object'],
  ])('that reads %s is refused', async (text, message) => {
    const { status, body } = await importing({ document: text, prefix: 'x' });
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({ pointer: '/document', message: expect.stringContaining(message) });
  });
});
