import { beforeAll, describe, expect, it } from 'vitest';
import { aHookWorld, hmac, type Published } from '../functions/hooks/hook-world.ts';

const SECRET = 'the shared secret';
const BODY = '{"total":1,"id":"A"}';
let world: Awaited<ReturnType<typeof aHookWorld>>;
let hook: Published;
beforeAll(async () => {
  world = await aHookWorld();
  hook = await world.publish({ authentication: { kind: 'hmac', scheme: 'github' } });
  await world.setSecret(hook, SECRET);
});

const send = (headers: Record<string, string>, body = BODY) =>
  world.bench.hook('POST', hook.url, { body, headers: { 'content-type': 'application/json', ...headers } });
const GOOD = `sha256=${hmac(SECRET, BODY)}`;

describe('WH-02 signatures', () => {
  it.each<[string, Record<string, string>, string]>([
    ['none at all', {}, BODY],
    ['an empty one', { 'x-hub-signature-256': '' }, BODY],
    ['only the prefix', { 'x-hub-signature-256': 'sha256=' }, BODY],
    ['one that is too short', { 'x-hub-signature-256': GOOD.slice(0, -2) }, BODY],
    ['one that is too long', { 'x-hub-signature-256': `${GOOD}00` }, BODY],
    ['one that is no hex', { 'x-hub-signature-256': `sha256=${'z'.repeat(64)}` }, BODY],
    ['one with a blank in it', { 'x-hub-signature-256': `${GOOD.slice(0, 20)} ${GOOD.slice(21)}` }, BODY],
    ['that of another body', { 'x-hub-signature-256': `sha256=${hmac(SECRET, '{}')}` }, BODY],
    ['that of another secret', { 'x-hub-signature-256': `sha256=${hmac('other', BODY)}` }, BODY],
    ['a weaker one', { 'x-hub-signature': `sha1=${hmac(SECRET, BODY, 'hex', 'sha1')}` }, BODY],
    [
      'a weaker one in the header of the stronger',
      { 'x-hub-signature-256': `sha1=${hmac(SECRET, BODY, 'hex', 'sha1')}` },
      BODY,
    ],
    ['two, of which one is good', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)},${GOOD}` }, BODY],
    ['a good one of JSON that was written anew', { 'x-hub-signature-256': GOOD }, '{"id":"A","total":1}'],
    ['a good one of a body with a byte more', { 'x-hub-signature-256': GOOD }, `${BODY} `],
  ])('refuses %s', async (_what, headers, body) => {
    expect(await send(headers, body)).toMatchObject({ status: 401, body: { code: 'webhook.unauthorized' } });
  });

  it('takes a good one whatever the case of its header’s name', async () => {
    expect((await send({ 'X-HUB-Signature-256': GOOD })).status).toBe(200);
  });

  it('lets nobody send again what somebody has signed, whatever they put beside it', async () => {
    const before = (await world.executionsOf(hook.id)).length;
    const again = await send({
      'x-hub-signature-256': GOOD.toUpperCase().replace('SHA256', 'sha256'),
      'idempotency-key': 'new',
    });

    expect(again.status).toBe(200);
    expect(await world.executionsOf(hook.id)).toHaveLength(before);
  });

  it('tells nobody which of the reasons it was', async () => {
    const answers = [await send({}), await send({ 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })];

    expect(answers[0]?.body.detail).toBe(answers[1]?.body.detail);
  });

  it('is checked before the body is read', async () => {
    expect((await send({}, '{"not json')).status).toBe(401);
  });
});
