import { beforeAll, describe, expect, it } from 'vitest';
import { aHookWorld } from '../functions/hooks/hook-world.ts';

let world: Awaited<ReturnType<typeof aHookWorld>>;
beforeAll(async () => {
  world = await aHookWorld();
});

/** A workflow that answers what it is told to. */
const answering = async (parameters: object) => {
  const respond = { id: 'r', name: 'R', type: 'flow.respond', parameters };
  const hook = await world.publish(
    { respond: 'respondNode' },
    { nodes: [respond], edges: [{ source: 'hook', target: 'r' }] },
  );
  return world.bench.hook('POST', hook.url, { body: { file: 'x' } });
};

describe('WH-07 content of answers', () => {
  it.each(['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/plain', 'application/pdf'])(
    'of type %s can do nothing in a browser',
    async (type) => {
      const answer = await answering({
        headers: { 'Content-Type': type },
        body: '<script>alert(1)</script>',
      });

      expect(answer.headers).toMatchObject({
        'content-type': type,
        'content-security-policy': 'sandbox',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      expect(answer.headers).not.toHaveProperty('set-cookie');
    },
  );

  it.each([
    'Set-Cookie',
    'Content-Security-Policy',
    'X-Content-Type-Options',
    'Access-Control-Allow-Origin',
    'Transfer-Encoding',
    'Refresh',
  ])('cannot set %s', async (name) => {
    const hook = await world.publish({ respond: 'immediately', headers: { [name]: 'x' } }).catch(() => null);
    const answers = [
      ...(hook ? [await world.bench.hook('POST', hook.url)] : []),
      ...(await answering({ headers: { [name]: 'x' } }).then(
        (answer) => [answer],
        () => [],
      )),
    ];

    for (const { headers } of answers) expect(headers[name.toLowerCase()]).not.toBe('x');
  });

  it('cannot break out of a header', async () => {
    await expect(world.publish({ headers: { 'X-A': 'a\r\nSet-Cookie: b=c' } })).rejects.toThrow('one line');
  });

  it('that is a file is to be kept, not shown', async () => {
    const hook = await world.publish({ data: 'file' });
    const html = await world.bench.hook('POST', hook.url, {
      body: '\u0000<html>',
      headers: { 'content-type': 'application/x-unknown' },
    });

    expect(html.headers['content-disposition']).toMatch(/^attachment/);
  });

  it('lives on another origin than the API', () => {
    const { apiUrl, hooksUrl } = world.bench.platform.config;

    expect(new URL(apiUrl).origin).not.toBe(new URL(hooksUrl).origin);
  });
});
