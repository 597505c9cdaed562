import { beforeAll, describe, expect, it } from 'vitest';
import { aHookWorld } from '../functions/hooks/hook-world.ts';

let world: Awaited<ReturnType<typeof aHookWorld>>;
let url: string;
beforeAll(async () => {
  world = await aHookWorld();
  url = (await world.publish({ allowedAddresses: ['192.0.2.0/28', '198.51.100.7', '2001:db8::/32'] })).url;
});

const from = (sourceIp: string, headers: Record<string, string> = {}) =>
  world.bench.hook('POST', url, { sourceIp, headers });

describe('WH-03 allowed addresses', () => {
  it.each(['192.0.2.1', '192.0.2.15', '198.51.100.7', '2001:db8::1', '2001:DB8:0::FFFF', '::ffff:192.0.2.3'])(
    'lets %s in',
    async (address) => {
      expect((await from(address)).status).toBe(200);
    },
  );

  it.each([
    '192.0.2.16',
    '192.0.20.1',
    '1192.0.2.1',
    '198.51.100.70',
    '8.198.51.100',
    '2001:db9::1',
    '::1',
    '',
    'unknown',
  ])('keeps %j out', async (address) => {
    expect(await from(address)).toMatchObject({ status: 403, body: { code: 'webhook.forbidden' } });
  });

  it('believes the gateway and no header', async () => {
    const claims = { 'x-forwarded-for': '192.0.2.1', 'x-real-ip': '192.0.2.1', forwarded: 'for=192.0.2.1' };

    expect((await from('203.0.113.9', claims)).status).toBe(403);
  });

  it('takes nothing for an address that is none', async () => {
    await expect(world.publish({ allowedAddresses: ['192.0.2.*'] })).rejects.toThrow('/allowedAddresses/0');
  });
});
