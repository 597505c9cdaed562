import { type Cloud, MANUAL, type Workflow } from '../cloud.ts';
import { insist } from '../report.ts';

const timer = (seconds: number) => ({
  id: 'wait',
  type: 'flow.wait',
  parameters: { kind: 'duration', duration: { amount: seconds, unit: 'seconds' } },
});
const callback = { id: 'wait', type: 'flow.wait', parameters: { kind: 'callback' } };
const approval = { id: 'ask', type: 'flow.approval', parameters: { message: 'Pay?' } };
const after = (name: string) => ({ id: 'after', name, type: 'flow.noop', parameters: {} });

export const timerWorkflow = (cloud: Cloud, seconds: number): Promise<Workflow> =>
  cloud.publish(`Timer ${seconds}`, {
    nodes: [MANUAL, timer(seconds), after('after')],
    edges: ['start>wait', 'wait>after'],
  });

export const callbackWorkflow = (cloud: Cloud): Promise<Workflow> =>
  cloud.publish('Callback', {
    nodes: [MANUAL, callback, after('after')],
    edges: ['start>wait', 'wait>after'],
  });

export const waits = async (cloud: Cloud): Promise<void> => {
  const { report } = cloud;
  await report.check('a timer: it waits in the Standard machine and goes on', async () => {
    const id = await cloud.run(await timerWorkflow(cloud, 6), { order: 1 });
    const from = Date.parse((await cloud.waiting(id, 'timer')).startedAt);
    const end = await cloud.ended(id);
    const took = Date.parse(end.finishedAt) - from;
    insist(took >= 6_000, `it waited ${took} ms only`);
    insist(end.output[0].json.order === 1, JSON.stringify(end.output));
  });
  await report.check('a callback: the first answer counts, the second is refused', async () => {
    const id = await cloud.run(await callbackWorkflow(cloud));
    const { wait } = await cloud.waiting(id, 'callback');
    insist(wait.resumeUrl.startsWith(`${cloud.outputs.HooksUrl}/resume/`), wait.resumeUrl);
    const first = await cloud.hook('POST', wait.resumeUrl, { body: { paid: true } });
    insist(first.status < 300, `answered ${first.status} ${JSON.stringify(first.body)}`);
    const second = await cloud.hook('POST', wait.resumeUrl, { body: { paid: false } });
    insist(second.status === 409, `the second was answered ${second.status}`);
    const end = await cloud.ended(id);
    insist(end.output[0].json.callback.body.paid === true, JSON.stringify(end.output));
  });
  await report.check('a resume link that is not whole resumes nothing', async () => {
    const id = await cloud.run(await callbackWorkflow(cloud));
    const { wait } = await cloud.waiting(id, 'callback');
    const forged = await cloud.hook('POST', `${wait.resumeUrl.slice(0, -4)}AAAA`, { body: {} });
    insist(forged.status === 404, `answered ${forged.status}`);
    await cloud
      .ask(200, 'POST', `/executions/${id}/cancel`, {})
      .catch(() => cloud.ask(202, 'POST', `/executions/${id}/cancel`, {}));
    await cloud.ended(id, 'cancelled');
  });
  await report.check('an approval: opening its link decides nothing, its button does', async () => {
    const workflow = await cloud.publish('Approval', {
      nodes: [MANUAL, approval, after('paid'), { ...after('not paid'), id: 'not' }],
      edges: ['start>ask', 'ask:approved>after', 'ask:rejected>not'],
    });
    const id = await cloud.run(workflow, { total: 7 });
    const { wait } = await cloud.waiting(id, 'approval');
    const page = await cloud.hook('GET', wait.resumeUrl, { headers: { accept: 'text/html' } });
    insist(
      page.status === 200 && String(page.body).includes('Pay?'),
      `answered ${page.status} ${JSON.stringify(page.body)}`,
    );
    insist((await cloud.execution(id)).finishedAt === null, 'opening it decided');
    const decided = await cloud.hook('POST', wait.resumeUrl, { body: { choice: 'approve' } });
    insist(decided.status < 300, `answered ${decided.status} ${JSON.stringify(decided.body).slice(0, 300)}`);
    await cloud.ended(id);
    const { data } = await cloud.ask(200, 'GET', `/executions/${id}/logs`);
    const ran = data.filter((row: { status: string }) => row.status === 'completed');
    insist(
      ran.some((row: { nodeId: string }) => row.nodeId === 'after'),
      'the approved branch did not run',
    );
  });
};
