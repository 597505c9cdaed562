import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../engine/item.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { aDefinition, items, makeWorld, START } from '../engine-world.ts';
import { answering, runNode } from './run-node.ts';

const url = 'https://api.example.test/orders';
const call = (parameters: JsonObject, answer = answering(200, '{"ok":true}'), given: JsonObject[] = [{}]) =>
  runNode({ type: 'http.request', parameters: { url, ...parameters }, given, answer: () => answer });

describe('http.request', () => {
  it('calls once for each item and keeps their order', async () => {
    const { requests, outputs } = await runNode({
      type: 'http.request',
      parameters: { url: `${url}/{{ $json.id }}`, query: { tag: ['a', 'b'], page: 2 } },
      given: [{ id: 1 }, { id: 2 }],
      answer: (request) => answering(200, JSON.stringify({ asked: request.url })),
    });
    expect(requests.map((request) => request.url)).toEqual([
      `${url}/1?tag=a&tag=b&page=2`,
      `${url}/2?tag=a&tag=b&page=2`,
    ]);
    expect(outputs.main).toEqual(requests.map((request) => ({ asked: request.url })));
  });

  it.each<[string, Json, string, string]>([
    ['json', { a: [1] }, '{"a":[1]}', 'application/json'],
    ['form', { a: [1, 2], b: 'x y' }, 'a=1&a=2&b=x+y', 'application/x-www-form-urlencoded'],
    ['raw', 'hello', 'hello', 'text/plain; charset=utf-8'],
  ])('sends a body as %s', async (kind, value, body, contentType) => {
    const { requests } = await call({ method: 'POST', body: { kind, value } });
    expect(requests[0]).toMatchObject({ method: 'POST', body, headers: { 'content-type': contentType } });
  });

  it('gives a key with what may change something, another for each item, and none otherwise', async () => {
    const write = await call({ method: 'POST' }, undefined, [{}, {}]);
    const keys = write.requests.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(2);
    expect(keys.every(Boolean)).toBe(true);
    const read = await call({ method: 'HEAD' });
    expect(read.requests[0]?.headers).not.toHaveProperty('idempotency-key');
    const own = await call({ method: 'POST', headers: { 'Idempotency-Key': 'mine' } });
    expect(own.requests[0]?.headers['idempotency-key']).toBe('mine');
  });

  it.each([
    ['an object', '{"a":1}', {}, [{ a: 1 }]],
    ['a list of objects, an item each', '[{"a":1},{"a":2}]', {}, [{ a: 1 }, { a: 2 }]],
    ['a list of others', '[1,2]', {}, [{ data: [1, 2] }]],
    ['text', '{"a":1}', { response: 'text' }, [{ data: '{"a":1}' }]],
  ])('reads %s', async (_, body, parameters, expected) => {
    const { outputs } = await call(parameters, answering(200, body));
    expect(outputs.main).toEqual(expected);
  });

  it('gives status, headers and body when asked to', async () => {
    const { outputs } = await call(
      { fullResponse: true, neverError: true },
      answering(404, 'gone', { 'x-a': 'b' }),
    );
    expect(outputs.main).toEqual([{ status: 404, headers: { 'x-a': 'b' }, body: 'gone' }]);
  });

  it.each([
    [400, false],
    [401, false],
    [404, false],
    [408, true],
    [425, true],
    [429, true],
    [500, true],
    [503, true],
  ])('fails for status %i; worth another try: %s', async (status, retryable) => {
    const { error } = await call({}, answering(status, 'no'));
    expect(error).toMatchObject({ code: 'http.status', retryable, details: { status, body: 'no' } });
  });

  it.each([
    ['17', 17],
    [new Date(START + 90_000).toUTCString(), 90],
    [new Date(START - 90_000).toUTCString(), 0],
    ['soon', undefined],
  ])('reads Retry-After: %s', async (header, seconds) => {
    const { error } = await call({}, answering(429, '', { 'retry-after': header }));
    expect(error?.retryAfter).toBe(seconds);
  });

  it('fails for JSON that is none', async () => {
    const { error } = await call({}, answering(200, '{'));
    expect(error?.code).toBe('http.badResponse');
  });

  it.each(['host', 'Content-Length', 'transfer-encoding', 'Connection'])(
    'refuses the header %s',
    async (name) => {
      const { error, requests } = await call({ headers: { [name]: 'x' } });
      expect(error?.code).toBe('http.badRequest');
      expect(requests).toEqual([]);
    },
  );

  it.each([
    ['a line break in a header', { headers: { 'x-a': '{{ $json.text }}' } }],
    ['a header whose name is none', { headers: { 'x a': 'b' } }],
    ['another scheme', { url: 'file:///etc/passwd' }],
    ['no address', { url: 'orders' }],
  ])('refuses %s', async (_, parameters) => {
    const { error, requests } = await call(parameters, undefined, [{ text: 'a\r\nhost: b' }]);
    expect(error?.code).toBe('http.badRequest');
    expect(requests).toEqual([]);
  });

  it('begins no more calls in an interval than a batch has', async () => {
    const begun: number[] = [];
    const world = makeWorld({
      registry: nodeTypes,
      answer: (_, { clock }) => {
        begun.push(clock.now() - START);
        return answering(200, '{}');
      },
    });
    const batching = { size: 2, intervalMilliseconds: 1_000 };
    await world.runToEnd(
      aDefinition(
        { start: { type: 'trigger.manual' }, node: { type: 'http.request', parameters: { url, batching } } },
        ['start -> node'],
      ),
      { trigger: { nodeId: 'start', items: items({}, {}, {}, {}, {}) } },
    );
    expect(begun).toEqual([0, 0, 1_000, 1_000, 2_000]);
  });

  it.each([1, 3])('has %i calls under way at once when told so', async (concurrency) => {
    let [underWay, most] = [0, 0];
    const world = makeWorld({
      registry: nodeTypes,
      answer: async (request, { clock }) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await clock.sleep(10, request.signal);
        underWay -= 1;
        return answering(200, '{}');
      },
    });
    await world.runToEnd(
      aDefinition(
        {
          start: { type: 'trigger.manual' },
          node: { type: 'http.request', parameters: { url, concurrency } },
        },
        ['start -> node'],
      ),
      { trigger: { nodeId: 'start', items: items({}, {}, {}, {}, {}) } },
    );
    expect(most).toBe(concurrency);
  });
});
