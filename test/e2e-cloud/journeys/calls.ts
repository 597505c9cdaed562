import { type Cloud, MANUAL } from '../cloud.ts';
import { OUTSIDE_HOST, type Outside } from '../outside.ts';
import { insist } from '../report.ts';

const call = (id: string, path: string, more: object = {}) => ({
  id,
  type: 'http.request',
  parameters: { method: 'POST', url: `http://${OUTSIDE_HOST}${path}`, body: { value: {} } },
  ...more,
});

/** Calls to the outside, and the credentials they take along. */
export const calls = async (cloud: Cloud, outside: Outside): Promise<void> => {
  const { report, ask } = cloud;
  const token = cloud.plant('a-token-of-the-outside');
  const credential = await ask(201, 'POST', '/credentials', {
    name: 'Outside',
    type: 'bearer',
    data: { token },
    allowedHosts: [OUTSIDE_HOST],
  });
  const withCredential = { credentialId: credential.id };
  await report.check(
    'an HTTP node uses a credential; the server that says it again is not heard',
    async () => {
      const workflow = await cloud.publish('Calls out', {
        nodes: [MANUAL, call('call', '/orders', withCredential)],
        edges: ['start>call'],
      });
      const end = await cloud.ended(await cloud.run(workflow));
      const [request] = outside.asked('/orders');
      insist(request?.headers.authorization === `Bearer ${token}`, JSON.stringify(request));
      insist(end.output[0].json.path === '/orders', JSON.stringify(end.output));
      const logs = await ask(200, 'GET', `/executions/${end.id}/logs`);
      insist(!JSON.stringify([end, logs]).includes(token), 'what the server said again is shown');
    },
  );
  await report.check(
    'the credential is sent to no other host, and nothing to a private address',
    async () => {
      for (const [url, more, code] of [
        ['http://elsewhere.example.com/', withCredential, 'http.hostNotAllowed'],
        ['http://169.254.169.254/latest/meta-data/', {}, 'http.blockedAddress'],
        ['http://localhost/', {}, 'http.blockedAddress'],
      ] as const) {
        const node = { id: 'call', type: 'http.request', parameters: { url }, ...more };
        const workflow = await cloud.publish(`Calls ${url}`, {
          nodes: [MANUAL, node],
          edges: ['start>call'],
        });
        const { errorCode } = await cloud.ended(await cloud.run(workflow), 'failed');
        insist(errorCode === code, `${url}: ${errorCode}`);
      }
    },
  );
  await report.check(
    'a retry goes on at the call that failed, and does not make the one before again',
    async () => {
      outside.answerWith('/pay', 403);
      const workflow = await cloud.publish('Orders and pays', {
        nodes: [MANUAL, call('order', '/order'), call('pay', '/pay')],
        edges: ['start>order', 'order>pay'],
      });
      const failed = await cloud.ended(await cloud.run(workflow), 'failed');
      insist(failed.errorCode === 'http.status' && failed.errorNodeId === 'pay', JSON.stringify(failed));
      outside.answerWith('/pay', 200);
      const preview = await ask(200, 'POST', `/executions/${failed.id}/retry/preview`, {});
      insist(JSON.stringify(preview).includes('order'), JSON.stringify(preview));
      const retried = await ask(202, 'POST', `/executions/${failed.id}/retry`, {});
      insist(retried.retryOf === failed.id, JSON.stringify(retried));
      await cloud.ended(retried.id);
      const counts = ['/order', '/pay'].map((path) => outside.asked(path).length).join();
      insist(counts === '1,2', `/order and /pay were called ${counts} times`);
      const [order] = outside.asked('/order');
      insist(order?.headers['idempotency-key'], 'a call with an effect had no Idempotency-Key');
    },
  );
};
