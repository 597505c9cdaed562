import { describe, expect, it } from 'vitest';
import { groupPairs, readBody } from '../../../functions/hooks/request-body.ts';

const bytes = (text: string) => Buffer.from(text);
const jsonOf = (body: Uint8Array, type: string) => readBody(body, type).json;

describe('the body of a delivery', () => {
  it.each([
    ['application/json', '{"a":[1,null]}', { a: [1, null] }],
    ['application/json; charset=UTF-8', '"🧾"', '🧾'],
    ['application/cloudevents+json', '{"a":1}', { a: 1 }],
    [
      'application/x-www-form-urlencoded',
      'a=1&b=2&b=3&c=%F0%9F%A7%BE+x',
      { a: '1', b: ['2', '3'], c: '🧾 x' },
    ],
    ['text/plain', 'hello\0', 'hello\0'],
    ['application/xml', '<a/>', '<a/>'],
    ['', 'no type', 'no type'],
    ['application/json', '', null],
  ])('of type %o reads %o', (type, text, value) => {
    expect(jsonOf(bytes(text), type)).toEqual(value);
  });

  it('reads text in the charset it names', () => {
    expect(jsonOf(Uint8Array.of(0x63, 0x61, 0x66, 0xe9), 'text/plain; charset=iso-8859-1')).toBe('café');
  });

  it.each(['image/png', ''])('of type %o is a file', (type) => {
    const mediaType = type || 'application/octet-stream';
    const body = Uint8Array.of(0xff, 0x00, 0xfe);

    expect(readBody(body, type)).toEqual({
      json: { file: 'body', mediaType, size: 3 },
      files: [{ name: 'body', fileName: undefined, mediaType, bytes: body }],
    });
  });

  it.each([
    ['application/json', '{"a":'],
    ['application/json', '1e999'],
    ['application/json', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['application/json', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['application/json', `{${'"a":1,'.repeat(100_001)}"b":1}`],
    ['application/x-www-form-urlencoded', 'a&'.repeat(5_001)],
    ['multipart/form-data; boundary=x', 'no boundary'],
    ['text/plain; charset=klingon', 'x'],
  ])('of type %o that does not fit is refused', (type, text) => {
    expect(() => jsonOf(bytes(text), type)).toThrow(expect.objectContaining({ code: 'request.malformed' }));
  });

  it('that is not UTF-8 though it says JSON is refused', () => {
    expect(() => jsonOf(Uint8Array.of(0x22, 0xff, 0x22), 'application/json')).toThrow(
      expect.objectContaining({ code: 'request.malformed' }),
    );
  });

  it('keeps keys called __proto__ as data', () => {
    const text = '{"__proto__":{"admin":true}}';
    const value = jsonOf(bytes(text), 'application/json');

    expect(JSON.stringify(value)).toBe(text);
    expect(value).not.toHaveProperty('admin');
    expect(JSON.stringify(groupPairs([['__proto__', 'x']]))).toBe('{"__proto__":"x"}');
  });
});
