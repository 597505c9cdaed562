import { beforeAll, describe, expect, it } from 'vitest';
import { aHookWorld } from '../functions/hooks/hook-world.ts';

let world: Awaited<ReturnType<typeof aHookWorld>>;
beforeAll(async () => {
  world = await aHookWorld();
});

const APP = 'https://app.example.com';
const preflight = (url: string, origin: string, headers: Record<string, string> = {}) =>
  world.bench.hook('OPTIONS', url, {
    headers: { origin, 'access-control-request-method': 'POST', ...headers },
  });
const corsOf = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

describe('WH-11 CORS', () => {
  it('opens to the origins that are listed, and is never open with credentials', async () => {
    const { url } = await world.publish({ allowedOrigins: [APP] });
    const asked = await preflight(url, APP, { 'access-control-request-headers': 'content-type, x-token' });
    const called = await world.bench.hook('POST', url, { headers: { origin: APP } });

    expect(corsOf(asked.headers)).toEqual({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type, x-token',
      'access-control-max-age': '600',
    });
    expect(corsOf(called.headers)).toEqual({ 'access-control-allow-origin': APP });
    expect(called.headers.vary).toBe('origin');
  });

  it.each([
    'null',
    'https://app.example.com.evil.test',
    'https://evil.test',
    'http://app.example.com',
    'https://APP.example.com',
    'https://app.example.com:8443',
    '',
  ])('stays closed to %j', async (origin) => {
    const { url } = await world.publish({ allowedOrigins: [APP] });

    expect(corsOf((await preflight(url, origin)).headers)).toEqual({});
    expect(corsOf((await world.bench.hook('POST', url, { headers: { origin } })).headers)).toEqual({});
  });

  it('is closed when nothing is listed', async () => {
    const { url } = await world.publish();

    expect(corsOf((await preflight(url, APP)).headers)).toEqual({});
    expect(corsOf((await world.bench.hook('POST', url, { headers: { origin: APP } })).headers)).toEqual({});
  });

  it('says * and not the origin where everybody may, again without credentials', async () => {
    const { url } = await world.publish({ allowedOrigins: ['*'] });

    expect(corsOf((await world.bench.hook('POST', url, { headers: { origin: 'null' } })).headers)).toEqual({
      'access-control-allow-origin': '*',
    });
  });

  it('tells errors to pages that may know of them, and takes no odd list of headers', async () => {
    const { url } = await world.publish({ allowedOrigins: [APP], authentication: { kind: 'token' } });
    const refused = await world.bench.hook('POST', url, { headers: { origin: APP } });
    const odd = await preflight(url, APP, { 'access-control-request-headers': 'x\r\nset-cookie: a' });

    expect(refused).toMatchObject({ status: 401, headers: { 'access-control-allow-origin': APP } });
    expect(odd.headers).not.toHaveProperty('access-control-allow-headers');
  });
});
