import { type Cloud, MANUAL, PASSWORD } from '../cloud.ts';
import { withoutGrant } from '../grants.ts';
import { insist } from '../report.ts';
import { timerWorkflow } from './waits.ts';

/** What is refused when a grant is taken away was not there for nothing, and IAM was really asked. */
export const refusals = async (cloud: Cloud): Promise<void> => {
  const { report, aws, call } = cloud;
  const lastNode = await cloud.publish('Refused', {
    nodes: [{ id: 'hook', type: 'trigger.webhook', parameters: { method: 'POST', respond: 'lastNode' } }],
  });
  const waiting = await cloud.run(await timerWorkflow(cloud, 3_600));
  await cloud.waiting(waiting, 'timer');
  const cases = [
    {
      role: 'Auth',
      action: 'kms:Sign',
      what: 'nobody signs in',
      probe: () => call('POST', '/auth/login', { body: { username: 'admin', password: PASSWORD } }),
    },
    {
      role: 'Executions',
      action: 'dynamodb:Query',
      what: 'no execution is listed',
      probe: () => call('GET', '/executions'),
    },
    {
      role: 'Credentials',
      action: 'kms:GenerateDataKey',
      what: 'no credential is kept',
      probe: () =>
        call('POST', '/credentials', {
          body: {
            name: 'Refused',
            type: 'bearer',
            data: { token: cloud.plant('a-refused-token') },
            allowedHosts: ['api.example.com'],
          },
        }),
    },
    {
      role: 'Hooks',
      action: 'states:StartSyncExecution',
      what: 'no webhook is answered by its workflow, though it runs',
      probe: () => cloud.hook('POST', lastNode.hooks[0] ?? '', { body: {} }),
      status: 202,
    },
    {
      role: 'Users',
      action: 'dynamodb:GetItem',
      what: 'no user is shown',
      probe: () => call('GET', '/users'),
    },
    {
      role: 'Executions',
      action: 'states:StartExecution',
      what: 'an execution is asked to stop and not told',
      probe: () => call('POST', `/executions/${waiting}/cancel`, { body: {} }),
    },
  ];
  for (const { role, action, what, probe, status = 500 } of cases)
    await report.check(`without ${action}, ${what}`, async () => {
      const refused = await withoutGrant(aws, { role, action }, probe);
      insist(
        refused.status >= status,
        `answered ${refused.status} all the same: ${JSON.stringify(refused.body)}`,
      );
      insist(
        !JSON.stringify(refused.body).includes('arn:'),
        `it tells too much: ${JSON.stringify(refused.body)}`,
      );
    });
  await report.check('without lambda:InvokeFunction, no code runs', async () => {
    const code = { id: 'code', type: 'code.javascript', parameters: { code: 'return $items;' } };
    const workflow = await cloud.publish('No code', { nodes: [MANUAL, code], edges: ['start>code'] });
    const grant = { role: 'Interpreter', action: 'lambda:InvokeFunction' };
    const end = await withoutGrant(aws, grant, async () => cloud.ended(await cloud.run(workflow), 'failed'));
    insist(end.errorCode === 'code.unavailable', `it failed with ${end.errorCode}`);
    insist(!JSON.stringify(end).includes('arn:'), `it tells too much: ${JSON.stringify(end)}`);
    await cloud.ended(await cloud.run(workflow));
  });
  await report.check('what was asked to stop and not told stops when it is asked again', async () => {
    await cloud.ask(202, 'POST', `/executions/${waiting}/cancel`, {});
    await cloud.ended(waiting, 'cancelled');
  });
};

/** A start that gets lost on its way. Answers the execution, which the sweeper has yet to find. */
export const lostStart = async ({ aws, call, ask, publish }: Cloud): Promise<string> => {
  const workflow = await publish('Lost start', { nodes: [MANUAL] });
  const start = () => call('POST', `/workflows/${workflow.id}/run`, { body: {} });
  const refused = await withoutGrant(aws, { role: 'Workflows', action: 'states:StartExecution' }, start);
  insist(refused.status >= 500, `answered ${refused.status}`);
  const { data } = await ask(200, 'GET', `/executions?workflowId=${workflow.id}`);
  insist(data[0]?.status === 'pending', JSON.stringify(data));
  return data[0].id;
};
