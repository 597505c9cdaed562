import { beforeAll, describe, expect, it } from 'vitest';
import { aHookWorld } from '../functions/hooks/hook-world.ts';

let world: Awaited<ReturnType<typeof aHookWorld>>;
beforeAll(async () => {
  world = await aHookWorld();
});

describe('WH-08 floods', () => {
  it('a webhook takes no more calls a minute than it says, also when they come at once', async () => {
    const hook = await world.publish({ maxPerMinute: 5, respond: 'immediately' });
    const other = await world.publish({ respond: 'immediately' });
    const answers = await Promise.all(Array.from({ length: 40 }, () => world.bench.hook('POST', hook.url)));
    const refused = answers.filter(({ status }) => status === 429);

    // Forty calls may lie on both sides of a minute's end.
    expect([30, 35]).toContain(refused.length);
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused[0]?.body.code).toBe('webhook.tooManyCalls');
    expect((await world.bench.hook('POST', other.url)).status).toBe(202);
  });

  it('who is not let in uses up nothing of what a webhook takes', async () => {
    const hook = await world.publish({
      authentication: { kind: 'token' },
      maxPerMinute: 2,
      respond: 'immediately',
    });
    const strangers = await Promise.all(Array.from({ length: 9 }, () => world.bench.hook('POST', hook.url)));
    expect(strangers.every(({ status }) => status === 401)).toBe(true);

    const headers = { authorization: `Bearer ${hook.webhook.token}` };
    expect((await world.bench.hook('POST', hook.url, { headers })).status).toBe(202);
  });

  it('who is not let in writes one line a second at most', async () => {
    const hook = await world.publish({ authentication: { kind: 'token' } });
    const answers = await Promise.all(Array.from({ length: 40 }, () => world.bench.hook('POST', hook.url)));

    expect(answers.every(({ status }) => status === 401)).toBe(true);
    expect((await world.deliveriesOf(hook)).length).toBeLessThanOrEqual(2);
  });

  it('workflows that call one another in a circle come to an end', async () => {
    const hook = await world.publish();
    const hops = (count: string) =>
      world.bench.hook('POST', hook.url, { headers: { 'stepwell-hops': count } });

    expect((await hops('20')).status).toBe(200);
    expect(await hops('21')).toMatchObject({ status: 508, body: { code: 'execution.tooManyHops' } });
  });
});
