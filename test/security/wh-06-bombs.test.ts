import { beforeAll, describe, expect, it } from 'vitest';
import { readBody } from '../../functions/hooks/request-body.ts';
import { aHookWorld } from '../functions/hooks/hook-world.ts';

let world: Awaited<ReturnType<typeof aHookWorld>>;
let url: string;
beforeAll(async () => {
  world = await aHookWorld();
  url = (await world.publish({ respond: 'immediately' })).url;
});

const LIMIT = 4 * 1024 * 1024;
const filled = (unit: string) => unit.repeat(Math.floor(LIMIT / unit.length));
const part = (n: number) => `--x\r\nContent-Disposition: form-data; name="${n}"\r\n\r\n1\r\n`;

/** Each as large as a body may be, or as deep, or as many. */
const BOMBS: Readonly<Record<string, readonly [type: string, body: string]>> = {
  'JSON nested a hundred thousand deep': ['application/json', '['.repeat(100_000)],
  'objects nested deep': ['application/json', filled('{"a":')],
  'a million keys': ['application/json', `{${Array.from({ length: 400_000 }, (_, n) => `"${n}":1`).join()}}`],
  'keys of objects in a list': ['application/json', `[${filled('{"a":1},').slice(0, -10)}]`],
  'a number too large': ['application/json', '1e999'],
  'an unclosed text': ['application/json', `"${'\\'.repeat(LIMIT - 10)}`],
  'fields without end': ['application/x-www-form-urlencoded', filled('a&')],
  'a hundred thousand parts': [
    'multipart/form-data; boundary=x',
    Array.from({ length: 60_000 }, (_, n) => part(n)).join(''),
  ],
  'a boundary that is everywhere': ['multipart/form-data; boundary=x', filled('--x\r\n')],
  'a boundary too long': [`multipart/form-data; boundary=${'x'.repeat(1_000)}`, 'x'],
  'a part whose headers never end': [
    'multipart/form-data; boundary=x',
    `--x\r\n${filled('a: b\r\n').slice(0, -100)}\r\n--x--`,
  ],
};

describe('WH-06 bombs', () => {
  it.each(Object.entries(BOMBS))('refuses %s in little time', (_what, [type, body]) => {
    const bytes = Buffer.from(body);
    const read = () => readBody(bytes, type);
    expect(read).toThrow(expect.objectContaining({ code: 'request.malformed' }));
    const begun = process.cpuUsage();
    expect(read).toThrow();
    const { user, system } = process.cpuUsage(begun);

    expect((user + system) / 1_000).toBeLessThan(100);
  });

  it('refuses ten megabytes with 413, before anything reads them', async () => {
    const answer = await world.bench.hook('POST', url, {
      body: 'x'.repeat(10 * 1024 * 1024),
      headers: { 'content-type': 'application/json' },
    });

    expect(answer).toMatchObject({ status: 413, body: { code: 'request.tooLarge' } });
  });

  it('keeps odd names and halves of characters as data, or refuses them', async () => {
    const send = (body: string) => world.bench.hook('POST', url, { body });

    expect((await send('{"__proto__":{"admin":true},"constructor":1}')).status).toBe(202);
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
    expect([202, 400]).toContain((await send('{"a":"\\ud800","a":2}')).status);
  });

  it('expands no entity and opens no archive: XML is text, a ZIP a file', () => {
    const xml = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>';

    expect(readBody(Buffer.from(xml), 'application/xml').json).toBe(xml);
    expect(readBody(Buffer.from('PK\u0003\u0004'), 'application/zip')).toMatchObject({
      files: [{ name: 'body' }],
    });
  });
});
