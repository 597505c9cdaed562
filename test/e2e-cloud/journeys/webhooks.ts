import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Cloud } from '../cloud.ts';
import { insist } from '../report.ts';

const EXAMPLE = new URL('../../../examples/order-intake.json', import.meta.url);
const hook = (respond: string, more: object = {}) => ({
  id: 'hook',
  type: 'trigger.webhook',
  parameters: { method: 'POST', respond, ...more },
});
/** Headers as Stripe signs, `seconds` ago. */
const signed = (secret: string, body: object, seconds = 0) => {
  const time = Math.floor(Date.now() / 1_000) - seconds;
  const signature = createHmac('sha256', secret)
    .update(`${time}.${JSON.stringify(body)}`)
    .digest('hex');
  return { 'stripe-signature': `t=${time},v1=${signature}` };
};
const echo = {
  id: 'echo',
  type: 'data.set',
  parameters: { keep: 'none', fields: [{ name: 'said', value: '{{ $json.body }}' }] },
};

export const webhooks = async (cloud: Cloud): Promise<void> => {
  const { report, publish, plant } = cloud;
  await report.check('a webhook answered by a respond node', async () => {
    const { definition } = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
    const { id } = await cloud.ask(201, 'POST', '/workflows', { name: 'Order intake', definition });
    const { webhooks: published } = await cloud.ask(200, 'POST', `/workflows/${id}/publish`, {});
    const large = await cloud.hook('POST', published[0].url, { body: { id: 'A-1', total: 250 } });
    insist(large.status === 202 && large.body.decision === 'review', JSON.stringify(large.body));
    const small = await cloud.hook('POST', published[0].url, { body: { id: 'A-2', total: 20 } });
    insist(small.status === 200 && small.body.decision === 'accepted', JSON.stringify(small.body));
    insist(small.headers['content-security-policy'] === 'sandbox', 'no sandbox policy');
  });
  await report.check('a webhook answered by its last node; what is said comes back whole', async () => {
    const workflow = await publish('Last node', { nodes: [hook('lastNode'), echo], edges: ['hook>echo'] });
    const { status, body } = await cloud.hook('POST', workflow.hooks[0] ?? '', { body: { Zoë: ['☕', 1] } });
    insist(status === 200 && JSON.stringify(body).includes('☕'), `${status} ${JSON.stringify(body)}`);
  });
  await report.check(
    'a webhook answered at once; a repeated delivery finds the first execution',
    async () => {
      const workflow = await publish('At once', { nodes: [hook('immediately'), echo], edges: ['hook>echo'] });
      const deliver = () =>
        cloud.hook('POST', workflow.hooks[0] ?? '', {
          body: { order: 7 },
          headers: { 'idempotency-key': 'delivery-1' },
        });
      const [first, second] = [await deliver(), await deliver()];
      insist(first.status === 202, `answered ${first.status}`);
      insist(first.body.executionId === second.body.executionId, 'two executions for one delivery');
      await cloud.ended(first.body.executionId);
    },
  );
  await report.check('a body of 300 KB that does not compress goes through the payload store', async () => {
    const workflow = await publish('Large', { nodes: [hook('lastNode'), echo], edges: ['hook>echo'] });
    const noise = randomBytes(220_000).toString('base64');
    const { status, body } = await cloud.hook('POST', workflow.hooks[0] ?? '', { body: { noise } });
    insist(status === 200, `answered ${status} ${JSON.stringify(body).slice(0, 300)}`);
    insist(JSON.stringify(body).includes(noise), 'it came back changed');
  });
  await report.check(
    'a signed webhook: the right signature counts, and once; late, wrong and missing ones are refused',
    async () => {
      const authentication = { kind: 'hmac', scheme: 'stripe' };
      const workflow = await publish('Signed', {
        nodes: [hook('immediately', { authentication }), echo],
        edges: ['hook>echo'],
      });
      const [webhook] = (await cloud.ask(200, 'GET', `/webhooks?workflowId=${workflow.id}`)).data;
      const body = { type: 'charge.succeeded' };
      const [secret, next] = [plant('whsec_of_the_drive'), plant('whsec_after_its_rotation')];
      const send = async (headers: Record<string, string>) =>
        cloud.hook('POST', workflow.hooks[0] ?? '', { body, headers });
      const set = (to: string) => cloud.ask(200, 'PATCH', `/webhooks/${webhook.id}`, { secret: to });
      insist((await send(signed(secret, body))).status === 401, 'it takes calls before it has a secret');
      await set(secret);
      const right = signed(secret, body);
      const [first, repeated] = [await send(right), await send(right)];
      insist(first.status === 202, `answered ${first.status} ${JSON.stringify(first.body)}`);
      insist(first.body.executionId === repeated.body.executionId, 'two executions for one request');
      await cloud.ended(first.body.executionId);
      for (const headers of [signed('a guess', body), signed(secret, body, 3_600), {}]) {
        const { status } = await send(headers);
        insist(status === 401, `${JSON.stringify(headers)} was answered ${status}`);
      }
      await set(next);
      const after = [(await send(signed(secret, body))).status, (await send(signed(next, body))).status];
      insist(after.join() === '401,202', `the old and the new secret were answered ${after}`);
    },
  );
  await report.check('a webhook with a token: it is rotated, and the old one refused at once', async () => {
    const authentication = { kind: 'token', header: 'x-token' };
    const { id } = await publish('With a token', {
      nodes: [hook('immediately', { authentication }), echo],
      edges: ['hook>echo'],
    });
    const [webhook] = (await cloud.ask(200, 'GET', `/webhooks?workflowId=${id}`)).data;
    const rotate = async () =>
      plant((await cloud.ask(200, 'POST', `/webhooks/${webhook.id}/rotate`, {})).token);
    const send = async (token: string) =>
      (await cloud.hook('POST', webhook.url, { body: {}, headers: { 'x-token': token } })).status;
    const old = await rotate();
    insist((await send(old)) === 202, 'its token is refused');
    const fresh = await rotate();
    const after = [await send(old), await send(fresh)];
    insist(after.join() === '401,202', `the old and the new token were answered ${after}`);
  });
  await report.check('webhooks are served on a host of their own, and not on that of the API', async () => {
    const { outputs, hook: call } = cloud;
    insist(outputs.HooksUrl !== outputs.ApiUrl, 'there is one host for both');
    const workflow = await publish('Hosts', { nodes: [hook('lastNode'), echo], edges: ['hook>echo'] });
    const url = workflow.hooks[0] ?? '';
    insist(url.startsWith(`${outputs.HooksUrl}/hooks/`), url);
    const there = await call('POST', url.replace(outputs.HooksUrl, outputs.ApiUrl), { body: {} });
    insist(there.status === 404, `the API answered a webhook with ${there.status}`);
    const back = await call('GET', `${outputs.HooksUrl}/api/v1/health`);
    insist(back.status === 404, `the host of the webhooks answered the API with ${back.status}`);
  });
  await report.check('an address that is none is not found', async () => {
    const { status, body } = await cloud.hook('POST', `${cloud.outputs.HooksUrl}/hooks/${'x'.repeat(24)}`, {
      body: {},
    });
    insist(status === 404 && body.code === 'webhook.notFound', `answered ${status}`);
  });
};
