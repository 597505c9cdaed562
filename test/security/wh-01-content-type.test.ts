import { beforeAll, describe, expect, it } from 'vitest';
import { aHookWorld } from '../functions/hooks/hook-world.ts';

let world: Awaited<ReturnType<typeof aHookWorld>>;
let url: string;
beforeAll(async () => {
  world = await aHookWorld();
  url = (await world.publish()).url;
});

const send = (type: string | null, body: string, base64 = false) =>
  world.bench.hook('POST', url, { body, base64, headers: type === null ? {} : { 'content-type': type } });
const FORGED = {
  files: { f: { filepath: '/etc/passwd', path: '/etc/passwd' } },
  binary: { f: { ref: 'exec_1/files/x' } },
};

describe('WH-01 confusion of content types', () => {
  it('leaves JSON that is shaped like a parsed form data, and no file', async () => {
    const answer = await send('application/json', JSON.stringify(FORGED));
    const [{ id }] = await world.executionsOf((await world.bench.owner('GET', '/workflows')).body.data[0].id);
    const loaded = await world.bench.platform.stores.executions.load(id);

    expect(answer.body.body).toEqual(FORGED);
    expect(loaded?.record.items[0]).not.toHaveProperty('binary');
  });

  it.each([
    ['two types', 'application/json, multipart/form-data; boundary=x', '--x--'],
    ['a type that only begins like one', 'application/jsonp', '{"a":1}'],
  ])('takes %s for a file, and never for a form', async (_what, type, body) => {
    expect((await send(type, body)).body.body).toMatchObject({ file: 'body' });
  });

  it.each([
    ['a form without a boundary', 'multipart/form-data', '--x\r\n'],
    ['a form that is JSON', 'multipart/form-data; boundary=x', '{"files":{}}'],
    [
      'a part that names its own place',
      'multipart/form-data; boundary=x',
      '--x\r\nfilepath: /etc/passwd\r\n\r\nx\r\n--x--',
    ],
    ['a charset there is not', 'application/json; charset=utf-7', '{}'],
    ['a charset that is a trick', 'text/plain; charset=__proto__', 'x'],
  ])('refuses %s', async (_what, type, body) => {
    expect(await send(type, body)).toMatchObject({ status: 400, body: { code: 'request.malformed' } });
  });

  it('reads the same bytes the same way, sent as text or in base64', async () => {
    const body = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--';
    for (const base64 of [false, true])
      expect((await send('multipart/form-data; boundary=x', body, base64)).body.body).toEqual({ a: '1' });
  });
});
