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
        required: ['sku'],
        properties: {
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
    '/files': { post: { operationId: 'upload', requestBody: { content: { 'multipart/form-data': {} } } } },
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
            properties: { sku: { type: 'string' }, note: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
          },
        },
      },
    });
  });

  it('say why an operation has none', () => {
    expect(skipped).toEqual([
      { operation: 'upload', reason: 'its body is multipart/form-data; JSON and forms are taken' },
      { operation: 'plant', reason: 'its schema is too large, or refers to itself' },
    ]);
  });

  it('take some operations, at another server', () => {
    const some = nodesOfOpenApi(SHOP, {
      ...OPTIONS,
      operations: ['createOrder'],
      baseUrl: 'https://test.example',
    });
    expect(some.nodes.map(({ request }) => request.url)).toEqual(['https://test.example/orders']);
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
