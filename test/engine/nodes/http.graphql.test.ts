import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { httpGraphql } from '../../../engine/nodes/http.graphql.ts';
import { answering, checkNode, runNode } from './run-node.ts';

const url = 'https://api.example.test/graphql';
const query = 'query Order($id: ID!) { order(id: $id) { total } }';

const ask = (answer: unknown, parameters: JsonObject = {}, status = 200) =>
  runNode({
    type: 'http.graphql',
    parameters: { url, query, variables: { id: '{{ $json.id }}' }, ...parameters },
    given: [{ id: 'a"}' }],
    answer: () => answering(status, typeof answer === 'string' ? answer : JSON.stringify(answer)),
  });

describe('http.graphql', () => {
  it('asks for an address and a query before it is run', () => {
    expect(checkNode('http.graphql', {}).map(({ pointer }) => pointer)).toEqual(['/url', '/query']);
    expect(checkNode('http.graphql', { url, query })).toEqual([]);
  });

  it('sends query, variables and operation apart, and gives the data', async () => {
    const { requests, outputs } = await ask({ data: { order: { total: 7 } } }, { operationName: 'Order' });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
    });
    expect(JSON.parse(String(requests[0]?.body))).toEqual({
      query,
      variables: { id: 'a"}' },
      operationName: 'Order',
    });
    expect(outputs.main).toEqual([{ order: { total: 7 } }]);
  });

  it.each([200, 400])(
    'fails for errors in an answer of %i, with all of them and the data',
    async (status) => {
      const errors = [{ message: 'no such order', path: ['order'] }, { message: 'and' }];
      const { error } = await ask({ data: { order: null }, errors }, {}, status);
      expect(error).toMatchObject({
        code: 'graphql.errors',
        message: 'no such order (and 1 more)',
        retryable: false,
        details: { errors, data: { order: null } },
      });
    },
  );

  it('gives data and errors when it is not to fail', async () => {
    const errors = [{ message: 'half' }];
    const { outputs } = await ask({ data: { a: 1 }, errors }, { neverError: true });
    expect(outputs.main).toEqual([{ data: { a: 1 }, errors }]);
  });

  it.each([
    [404, '<html>', 'http.status', false],
    [429, '{}', 'http.status', true],
    [502, '', 'http.status', true],
    [200, '<html>', 'http.badResponse', false],
    [200, '{"total":1}', 'http.badResponse', false],
  ])('fails for an answer of %i with %s', async (status, body, code, retryable) => {
    const { error } = await ask(body, {}, status);
    expect(error).toMatchObject({ code, retryable });
  });

  it('sends a credential', async () => {
    const { requests } = await runNode({
      type: 'http.graphql',
      parameters: { url, query },
      credential: { type: 'bearer', data: { token: 'secret-token' }, allowedHosts: ['api.example.test'] },
      answer: () => answering(200, '{"data":{}}'),
    });
    expect(requests[0]?.headers.authorization).toBe('Bearer secret-token');
    expect(requests[0]?.allowedHosts).toEqual(['api.example.test']);
  });

  it.each([
    ['query A { a }', 'read'],
    ['{ a(b: "mutation") } # subscription', 'read'],
    [String.raw`{ a(b: """mutation "B" \""" { c }""") }`, 'read'],
    ['mutation A { a }', 'write'],
    ['{ a(b: "#") } mutation B { c }', 'write'],
    [String.raw`query A { a(b: "\"") } mutation B { c(d: "1") }`, 'write'],
  ])('takes %s for a %s', (text, effect) => {
    expect(httpGraphql.effect({ query: text } as never)).toBe(effect);
  });
});
