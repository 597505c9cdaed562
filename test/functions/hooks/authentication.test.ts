import { beforeAll, describe, expect, it } from 'vitest';
import { aHookWorld, hmac } from './hook-world.ts';

let world: Awaited<ReturnType<typeof aHookWorld>>;
beforeAll(async () => {
  world = await aHookWorld();
});

const BODY = '{"id":7}';
const seconds = () => String(Math.floor(Date.now() / 1_000));
const send = (url: string, headers: Record<string, string>, body = BODY) =>
  world.bench.hook('POST', url, { body, headers: { 'content-type': 'application/json', ...headers } });

describe('a webhook with a token', () => {
  it('is told it once, and takes nobody without it', async () => {
    const hook = await world.publish({ authentication: { kind: 'token' } });
    expect(hook.webhook.token).toMatch(/^swh_[\w-]{43}$/);
    const bearer = (token: string) => send(hook.url, { authorization: `Bearer ${token}` });

    expect((await bearer(hook.webhook.token ?? '')).status).toBe(200);
    for (const wrong of ['x', `${hook.webhook.token}x`, '']) expect((await bearer(wrong)).status).toBe(401);
    const without = await send(hook.url, {});
    expect(without).toMatchObject({ status: 401, body: { code: 'webhook.unauthorized' } });
    expect(without.headers['www-authenticate']).toBe('Bearer');
    const shown = await world.bench.owner('GET', `/webhooks/${hook.webhook.id}`);
    expect(JSON.stringify(shown.body)).not.toContain(hook.webhook.token);
    expect(shown.body).not.toHaveProperty('authToken');
  });

  it('keeps it over publishing, and leaves it out of what the workflow sees', async () => {
    const hook = await world.publish({ authentication: { kind: 'token', header: 'X-Gitlab-Token' } });
    const again = await world.bench.owner('POST', `/workflows/${hook.id}/publish`);
    expect(again.body.webhooks[0]).toMatchObject({ url: hook.url, token: null, needsSecret: false });

    const answer = await send(hook.url, { 'x-gitlab-token': hook.webhook.token ?? '', 'x-other': 'seen' });
    expect(answer.body.headers).toMatchObject({ 'x-other': 'seen' });
    expect(answer.body.headers).not.toHaveProperty('x-gitlab-token');
  });

  it('has the old one refused once it is rotated, for every method of its address', async () => {
    const hook = await world.publish({ method: ['POST', 'PUT'], authentication: { kind: 'token' } });
    const rotated = await world.bench.owner('POST', `/webhooks/${hook.webhook.id}/rotate`);
    const call = (method: string, token: string | null) =>
      world.bench.hook(method, hook.url, { headers: { authorization: `Bearer ${token}` } });

    for (const method of ['POST', 'PUT']) {
      expect((await call(method, hook.webhook.token)).status).toBe(401);
      expect((await call(method, rotated.body.token)).status).toBe(200);
    }
  });
});

describe('a webhook with a name and password', () => {
  it('refuses everybody until they are set, and then everybody else', async () => {
    const hook = await world.publish({ authentication: { kind: 'basic' } });
    const login = (text: string) =>
      send(hook.url, { authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    expect((await login('zoë:pass:word')).status).toBe(401);
    await world.setSecret(hook, { username: 'zoë', password: 'pass:word' });

    const answer = await login('zoë:pass:word');
    expect(answer.status).toBe(200);
    expect(answer.body.headers).not.toHaveProperty('authorization');
    for (const wrong of ['zoë:pass', 'zoë', ':', 'ZOË:pass:word'])
      expect((await login(wrong)).status).toBe(401);
    expect((await send(hook.url, {})).headers['www-authenticate']).toBe('Basic realm="webhook"');
  });

  it('wants a secret of the right form', async () => {
    const hook = await world.publish({ authentication: { kind: 'basic' } });
    const answer = await world.bench.owner('PATCH', `/webhooks/${hook.webhook.id}`, { secret: 'text' });

    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/secret' }] } });
  });
});

/** How each scheme signs. */
const SCHEMES: readonly {
  readonly name: string;
  readonly rule: Record<string, unknown>;
  readonly secret: string;
  readonly sign: (body: string, time: string) => Record<string, string>;
  readonly timed: boolean;
}[] = [
  {
    name: 'GitHub',
    rule: { scheme: 'github' },
    secret: "It's a Secret to Everybody",
    sign: (body) => ({ 'x-hub-signature-256': `sha256=${hmac("It's a Secret to Everybody", body)}` }),
    timed: false,
  },
  {
    name: 'Stripe',
    rule: { scheme: 'stripe' },
    secret: 'whsec_test',
    sign: (body, time) => ({
      'stripe-signature': `t=${time},v1=${'0'.repeat(64)},v1=${hmac('whsec_test', `${time}.${body}`)},v0=6`,
    }),
    timed: true,
  },
  {
    name: 'Slack',
    rule: { scheme: 'slack' },
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    sign: (body, time) => ({
      'x-slack-request-timestamp': time,
      'x-slack-signature': `v0=${hmac('8f742231b10e8888abcd99yyyzzz85a5', `v0:${time}:${body}`)}`,
    }),
    timed: true,
  },
  {
    name: 'Standard Webhooks',
    rule: { scheme: 'standard' },
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    sign: (body, time) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': time,
      'webhook-signature': `v1,AAAA v1,${hmac(Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'), `msg_1.${time}.${body}`, 'base64')}`,
    }),
    timed: true,
  },
  {
    name: 'a scheme of one’s own',
    rule: {
      scheme: 'custom',
      header: 'X-Sig',
      algorithm: 'sha512',
      encoding: 'base64',
      prefix: 'v=',
      timestampHeader: 'X-Time',
      signedText: '{timestamp}|{body}|end',
      toleranceSeconds: 60,
    },
    secret: 'a secret of one’s own',
    sign: (body, time) => ({
      'x-time': time,
      'x-sig': `v=${hmac('a secret of one’s own', `${time}|${body}|end`, 'base64', 'sha512')}`,
    }),
    timed: true,
  },
];

describe.each(SCHEMES)('a webhook signed as $name', ({ rule, secret, sign, timed }) => {
  const signedHook = async () => {
    const hook = await world.publish({ authentication: { kind: 'hmac', ...rule } });
    expect((await send(hook.url, sign(BODY, seconds()))).status).toBe(401);
    await world.setSecret(hook, secret);
    return hook;
  };

  it('takes what is signed so, and nothing else', async () => {
    const hook = await signedHook();
    const good = await send(hook.url, sign(BODY, seconds()));
    expect(good).toMatchObject({ status: 200, body: { body: { id: 7 } } });

    expect((await send(hook.url, {})).status).toBe(401);
    expect((await send(hook.url, sign('{"id":8}', seconds()))).status).toBe(401);
    const re = await send(hook.url, sign(BODY, seconds()), '{ "id": 7 }');
    expect(re.status).toBe(401);
    const [, refused] = await world.deliveriesOf(hook);
    expect(JSON.stringify(await world.deliveriesOf(hook))).not.toContain(secret);
    expect(refused).toBeDefined();
  });

  if (timed)
    it('takes nothing that was signed long ago, or is from the future', async () => {
      const hook = await signedHook();
      const tolerance = typeof rule.toleranceSeconds === 'number' ? rule.toleranceSeconds : 300;
      const at = (offset: number) =>
        send(hook.url, sign(BODY, String(Math.floor(Date.now() / 1_000) + offset)));

      expect((await at(-tolerance + 10)).status).toBe(200);
      expect((await at(-tolerance - 10)).status).toBe(401);
      expect((await at(tolerance + 10)).status).toBe(401);
    });

  it('starts one execution for a request that comes again', async () => {
    const hook = await signedHook();
    const headers = sign(BODY, seconds());
    const answers = [
      await send(hook.url, headers),
      await send(hook.url, { ...headers, 'idempotency-key': 'another', 'x-github-delivery': 'another' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await world.executionsOf(hook.id)).toHaveLength(1);
  });
});

describe('secrets of a signature', () => {
  it('lie sealed in the table, and open nowhere else', async () => {
    const hook = await world.publish({ authentication: { kind: 'hmac', scheme: 'github' } });
    await world.setSecret(hook, 'a planted secret');
    const row = await world.bench.platform.stores.webhooks.get(hook.webhook.id);

    expect(row?.authSecret).not.toContain('a planted secret');
    await expect(
      world.bench.platform.vault.open(row?.authSecret ?? '', {
        purpose: 'webhook',
        workflowId: 'wf_1',
        nodeId: 'hook',
      }),
    ).rejects.toMatchObject({ code: 'credential.unreadable' });
  });
});
