import { describe, expect, it } from 'vitest';
import { fromItems, fromWorkflow } from '../../../functions/hooks/response.ts';

const text = (value: string) => ({ kind: 'text', value }) as const;
const answerWith = (headers: Record<string, string>) =>
  fromWorkflow({ status: 200, headers, body: text('ok') }).headers;

describe('the answer of a workflow', () => {
  it('is JSON, or text of the type it says', () => {
    expect(fromWorkflow({ status: 201, headers: {}, body: { kind: 'json', value: { a: '🧾' } } })).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'application/json' },
      body: '{"a":"🧾"}',
    });
    expect(fromWorkflow({ status: 200, headers: { 'Content-Type': 'text/csv' }, body: text('a,b') })).toEqual(
      {
        statusCode: 200,
        headers: { 'content-type': 'text/csv' },
        body: 'a,b',
      },
    );
  });

  it('has no body where HTTP has none', () => {
    expect(fromWorkflow({ status: 204, headers: {}, body: text('x') })).toEqual({
      statusCode: 204,
      headers: {},
    });
  });

  it.each([
    'set-cookie',
    'Set-Cookie',
    'content-security-policy',
    'content-length',
    'transfer-encoding',
    'connection',
    'strict-transport-security',
    'x-frame-options',
    'x-content-type-options',
    'x-amzn-requestid',
    'x-request-id',
    'clear-site-data',
    'access-control-allow-credentials',
    'service-worker-allowed',
  ])('cannot set %s', (name) => {
    expect(answerWith({ [name]: 'x' })).not.toHaveProperty(name.toLowerCase());
  });

  it('may set headers of its own, but none that break out of their line', () => {
    expect(answerWith({ 'X-Order': '7', Location: '/next', 'x-bad': 'a\r\nset-cookie: b' })).toEqual({
      'content-type': 'text/plain; charset=utf-8',
      'x-order': '7',
      location: '/next',
    });
  });

  it('larger than 4 MiB is a failure', () => {
    const large = { status: 200, headers: {}, body: text('x'.repeat(4 * 1024 * 1024 + 1)) };

    expect(() => fromWorkflow(large)).toThrow(expect.objectContaining({ code: 'workflow.failed' }));
  });

  it('made of items is one object, or the list of them', () => {
    const bodyOf = (...values: number[]) => fromItems(values.map((n) => ({ json: { n } }))).body;

    expect(bodyOf(1)).toBe('{"n":1}');
    expect(bodyOf(1, 2)).toBe('[{"n":1},{"n":2}]');
    expect(bodyOf()).toBe('[]');
  });
});
