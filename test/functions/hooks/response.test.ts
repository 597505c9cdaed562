import { describe, expect, it } from 'vitest';
import { answerOf, asJson, asText } from '../../../functions/hooks/response.ts';

const answerWith = (headers: Record<string, string>) => answerOf(200, headers, asText('ok')).headers;

describe('the answer of a workflow', () => {
  it('is JSON, or text of the type it says', () => {
    expect(answerOf(201, {}, asJson({ a: '🧾' }))).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'application/json' },
      body: '{"a":"🧾"}',
    });
    expect(answerOf(200, { 'Content-Type': 'text/csv' }, asText('a,b'))).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'text/csv' },
      body: 'a,b',
    });
  });

  it('has no body where HTTP has none', () => {
    expect(answerOf(204, {}, asText('x'))).toEqual({
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
    'access-control-allow-origin',
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

  it.each(['text/html\r\nset-cookie: a=b', 'text/plain; name="收据"'])(
    'has no type that cannot stand in a header: %j',
    (mediaType) => {
      expect(answerOf(200, {}, { mediaType, body: Uint8Array.of(1) }).headers).toEqual({
        'content-type': 'application/octet-stream',
      });
    },
  );

  it('larger than 4 MiB is a failure', () => {
    const large = asText('x'.repeat(4 * 1024 * 1024 + 1));

    expect(() => answerOf(200, {}, large)).toThrow(expect.objectContaining({ code: 'workflow.failed' }));
  });

  it('made of bytes is sent as they are', () => {
    expect(answerOf(200, {}, { mediaType: 'image/png', body: Uint8Array.of(0xff, 0x00) })).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'image/png' },
      body: '/wA=',
      isBase64Encoded: true,
    });
  });
});
