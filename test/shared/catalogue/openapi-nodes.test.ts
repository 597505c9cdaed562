import { describe, expect, it } from 'vitest';
import { checkDeclarative } from '../../../engine/index.ts';
import type { JsonObject } from '../../../engine/item.ts';
import { nodesOfOpenApi } from '../../../shared/catalogue/openapi-nodes.ts';

const SHOP: JsonObject = {
  openapi: '3.0.3',
  info: { title: 'Shop', version: '1' },
  servers: [{ url: 'https://api.shop.example/v1/' }],
  components: {
    schemas: {
      Order: {
        type: 'object',
        required: ['id', 'sku'],
        properties: {
          id: { type: 'string', readOnly: true },
          sku: { type: 'string', pattern: '^[A-Z]+$', example: 'A' },
          note: { type: 'string', nullable: true },
        },
      },
      Tree: { type: 'object', properties: { child: { $ref: '#/components/schemas/Tree' } } },
    },
    parameters: { Page: { in: 'query', name: 'page', schema: { type: 'integer', minimum: 1 } } },
  },
  paths: {
    '/orders/{order-id}': {
      parameters: [{ in: 'path', name: 'order-id', required: true, schema: { type: 'string' } }],
      get: {
        operationId: 'getOrder',
        summary: 'Read an order',
        parameters: [{ in: 'header', name: 'X-Trace', schema: { type: 'string' } }],
      },
    },
    '/orders': {
      get: { operationId: 'orders.list', parameters: [{ $ref: '#/components/parameters/Page' }] },
      post: {
        operationId: 'createOrder',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
        },
      },
    },
    '/files': {
      post: {
        operationId: 'upload',
        requestBody: {
          required: true,
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                required: ['file', 'title'],
                properties: { title: { type: 'string' }, file: { type: 'string', format: 'binary' } },
              },
            },
          },
        },
      },
      put: { operationId: 'store', requestBody: { content: { 'image/png': {} } } },
      patch: { operationId: 'change', requestBody: { content: { 'application/merge-patch+json': {} } } },
      delete: { operationId: 'drop', parameters: [{ in: 'cookie', name: 'session', required: true }] },
    },
    '/trees': {
      post: {
        operationId: 'plant',
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Tree' } } } },
      },
    },
  },
};
const OPTIONS = { prefix: 'shop', credentialTypes: ['bearer'] };

describe('node types of an OpenAPI document', () => {
  const { nodes, skipped } = nodesOfOpenApi(SHOP, OPTIONS);
  const byType = Object.fromEntries(nodes.map((node) => [node.type, node]));

  it('are one for each operation that can be called', () => {
    expect(Object.keys(byType)).toEqual([
      'custom.shop.getOrder',
      'custom.shop.orders_list',
      'custom.shop.createOrder',
      'custom.shop.upload',
      'custom.shop.store',
      'custom.shop.change',
      'custom.shop.plant',
    ]);
    for (const node of nodes) expect(checkDeclarative(node)).toEqual([]);
  });

  it('have a request made of its path, query, headers and body', () => {
    expect(byType['custom.shop.getOrder']).toMatchObject({
      name: 'Read an order',
      category: 'Shop',
      credentialTypes: ['bearer'],
      request: {
        method: 'GET',
        url: 'https://api.shop.example/v1/orders/{{ $encodeUrlComponent($string($parameters.`order-id`)) }}',
        headers: { 'X-Trace': '{{ $parameters.`X-Trace` }}' },
      },
      parameters: { required: ['order-id'] },
    });
    expect(byType['custom.shop.orders_list']?.request.query).toEqual({ page: '{{ $parameters.`page` }}' });
    expect(byType['custom.shop.createOrder']).toMatchObject({
      request: { method: 'POST', body: { kind: 'json', value: '{{ $parameters.body }}' } },
      parameters: {
        required: ['body'],
        properties: {
          body: {
            required: ['sku'],
            properties: {
              sku: { type: 'string', examples: ['A'] },
              note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
            },
          },
        },
      },
    });
  });

  it('say why an operation has none', () => {
    expect(skipped).toEqual([
      { operation: 'drop', reason: 'it needs the cookie session; cookies are not sent' },
    ]);
  });

  it('take files of the item, whole or in a form, and other forms of JSON', () => {
    expect(byType['custom.shop.upload']).toMatchObject({
      request: {
        body: {
          kind: 'multipart',
          value: '{{ $parameters.body }}',
          files: { file: '{{ $parameters.files.`file` }}' },
        },
      },
      parameters: {
        properties: {
          body: { properties: { title: {} }, required: ['title'] },
          files: { properties: { file: { type: 'string' } }, required: ['file'] },
        },
        required: ['body', 'files'],
      },
    });
    expect(byType['custom.shop.store']?.request.body).toEqual({
      kind: 'file',
      file: '{{ $parameters.file }}',
      mediaType: 'image/png',
    });
    expect(byType['custom.shop.change']?.request.body).toMatchObject({
      kind: 'raw',
      mediaType: 'application/merge-patch+json',
    });
  });

  it('let what holds its own kind be anything there', () => {
    expect(byType['custom.shop.plant']?.parameters.properties).toEqual({
      body: { title: 'Body', type: 'object', properties: { child: {} } },
    });
  });

  it('take some operations, at another server', () => {
    const some = nodesOfOpenApi(SHOP, {
      ...OPTIONS,
      operations: ['createOrder'],
      baseUrl: 'https://test.example',
    });
    expect(some.nodes.map(({ request }) => request.url)).toEqual(['https://test.example/orders']);
  });

  const ofOne = (operation: JsonObject, more: JsonObject = {}, path = '/x/{id}') =>
    nodesOfOpenApi(
      { ...SHOP, ...more, paths: { [path]: { get: { operationId: 'x', ...operation } } } },
      { prefix: 'shop', credentialTypes: [] },
    );
  const id = { in: 'path', name: 'id', required: true, schema: { type: 'string' } };

  it('write lists and objects as the document says', () => {
    const list = { type: 'array', items: { type: 'integer' } };
    const object = { type: 'object', properties: { a: { type: 'string' } } };
    const parameters: JsonObject[] = [
      id,
      { in: 'query', name: 'many', schema: list },
      { in: 'query', name: 'joined', explode: false, schema: list },
      { in: 'query', name: 'piped', style: 'pipeDelimited', schema: list },
      { in: 'query', name: 'deep', style: 'deepObject', explode: true, schema: object },
      { in: 'query', name: 'flat', schema: object },
      { in: 'query', name: 'json', content: { 'application/json': { schema: object } } },
      { in: 'header', name: 'X-List', schema: list },
    ];
    const { request } = ofOne({ parameters }).nodes[0] ?? {};
    const joined = (name: string, by: string) =>
      `{{ $exists($parameters.\`${name}\`) ? $join([$parameters.\`${name}\`.$string()], "${by}") }}`;
    expect(request?.query).toEqual({
      many: '{{ $parameters.`many` }}',
      joined: joined('joined', ','),
      piped: joined('piped', '|'),
      'deep[a]': '{{ $parameters.`deep`.`a` }}',
      a: '{{ $parameters.`flat`.`a` }}',
      json: '{{ $exists($parameters.`json`) ? $toJson($parameters.`json`) }}',
    });
    expect(request?.headers).toEqual({ 'X-List': joined('X-List', ',') });
  });

  it('keep parameters of one name apart, let an operation’s own go before its path’s, and pass over what OpenAPI ignores', () => {
    const parameters = [
      id,
      { ...id, schema: { type: 'integer' } },
      { in: 'query', name: 'id', schema: { type: 'string' } },
      { in: 'header', name: 'Authorization', schema: { type: 'string' } },
    ];
    const node = ofOne({ parameters }).nodes[0];
    expect(node?.parameters.properties).toEqual({
      id: { title: 'id', type: 'integer' },
      id_query: { title: 'id', type: 'string' },
    });
    expect(node?.request).toMatchObject({ query: { id: '{{ $parameters.`id_query` }}' }, headers: {} });
  });

  it.each<[string, JsonObject, string[]]>([
    [
      'bearer',
      { type: 'http', scheme: 'Bearer' },
      ['bearer', 'oauth2AuthorizationCode', 'oauth2ClientCredentials'],
    ],
    ['basic', { type: 'http', scheme: 'basic' }, ['basic']],
    ['a key', { type: 'apiKey', in: 'header', name: 'X-Key' }, ['apiKey']],
    ['OAuth', { type: 'oauth2', flows: { clientCredentials: {} } }, ['bearer', 'oauth2ClientCredentials']],
    ['a certificate', { type: 'mutualTLS' }, []],
    ['a scheme not known', { type: 'http', scheme: 'constructor' }, []],
    ['a flow not known', { type: 'oauth2', flows: { valueOf: {} } }, ['bearer']],
  ])('take the credentials that the security scheme stands for: %s', (_, scheme, expected) => {
    const more = { security: [{ main: [] }], components: { securitySchemes: { main: scheme } } };
    expect(ofOne({ parameters: [id] }, more).nodes[0]?.credentialTypes).toEqual(expected);
    expect(ofOne({ parameters: [id], security: [] }, more).nodes[0]?.credentialTypes).toEqual([]);
  });

  it('go to the server with the defaults of its variables', () => {
    const servers = [
      {
        url: 'https://{region}.api.example/{base}',
        variables: { region: { default: 'eu' }, base: { default: 'v2' } },
      },
    ];
    expect(ofOne({}, { servers }, '/y').nodes[0]?.request.url).toBe('https://eu.api.example/v2/y');
  });

  it('are told of operations there are not, of two of one name, and of a path without its parameter', () => {
    expect(nodesOfOpenApi(SHOP, { ...OPTIONS, operations: ['nowhere'] })).toEqual({
      nodes: [],
      skipped: [{ operation: 'nowhere', reason: 'the document has no such operation' }],
    });
    const paths = { '/x': { get: { operationId: 'a b' }, put: { operationId: 'a.b' } } };
    expect(nodesOfOpenApi({ ...SHOP, paths }, OPTIONS).skipped).toEqual([
      { operation: 'a.b', reason: 'another operation is called custom.shop.a_b, too' },
    ]);
    expect(ofOne({}).skipped).toEqual([
      { operation: 'x', reason: 'its path names {id}, and no parameter is called that' },
    ]);
    expect(() => nodesOfOpenApi({ ...SHOP, paths: {} }, OPTIONS)).toThrow('no operation under "paths"');
  });

  it('are not made without a server, nor of references that leave the document', () => {
    expect(() => nodesOfOpenApi({ ...SHOP, servers: [] }, OPTIONS)).toThrow('give a baseUrl');
    const away = {
      ...SHOP,
      paths: { '/x': { get: { operationId: 'x', parameters: [{ $ref: 'file:///etc/passwd' }] } } },
    };
    expect(nodesOfOpenApi(away, OPTIONS).skipped).toEqual([
      { operation: 'x', reason: 'it refers to file:///etc/passwd, outside the document' },
    ]);
  });
});
