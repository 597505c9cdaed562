import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Cloud } from '../cloud.ts';
import { insist } from '../report.ts';

const EXAMPLE = new URL('../../../examples/order-intake.json', import.meta.url);
const hook = (respond: string) => ({
  id: 'hook',
  type: 'trigger.webhook',
  parameters: { method: 'POST', respond },
});
const echo = {
  id: 'echo',
  type: 'data.set',
  parameters: { keep: 'none', fields: [{ name: 'said', value: '{{ $json.body }}' }] },
};

export const webhooks = async (cloud: Cloud): Promise<void> => {
  const { report, publish } = cloud;
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
  await report.check('an address that is none is not found', async () => {
    const { status, body } = await cloud.hook('POST', `${cloud.outputs.HooksUrl}/hooks/${'x'.repeat(24)}`, {
      body: {},
    });
    insist(status === 404 && body.code === 'webhook.notFound', `answered ${status}`);
  });
};
