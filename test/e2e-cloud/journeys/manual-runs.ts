import { type Cloud, MANUAL } from '../cloud.ts';
import { insist } from '../report.ts';

const double = {
  id: 'double',
  type: 'data.set',
  parameters: { fields: [{ name: 'twice', type: 'number', value: '{{ $json.n * 2 }}' }] },
};
const code = {
  id: 'code',
  type: 'code.javascript',
  parameters: {
    code: 'console.log("seen", $items.length); return $items.map(({ json }) => ({ sum: json.n + 1 }));',
  },
};

export const manualRuns = async (cloud: Cloud): Promise<void> => {
  const { report, publish, ask } = cloud;
  await report.check('a run by hand, waited for', async () => {
    const workflow = await publish('By hand', { nodes: [MANUAL, double], edges: ['start>double'] });
    const body = { items: [{ json: { n: 21 } }] };
    const answer = await cloud.call('POST', `/workflows/${workflow.id}/run?wait=20`, { body });
    insist(answer.status === 200 && answer.body.status === 'completed', JSON.stringify(answer.body));
    insist(answer.body.output[0].json.twice === 42, JSON.stringify(answer.body.output));
    const { data } = await ask(200, 'GET', `/executions/${answer.body.id}/logs`);
    insist(data.length === 2, `${data.length} nodes in the log`);
  });
  await report.check('a run by hand, not waited for', async () => {
    const workflow = await publish('By hand, later', { nodes: [MANUAL, double], edges: ['start>double'] });
    const end = await cloud.ended(await cloud.run(workflow, { n: 4 }));
    insist(end.output[0].json.twice === 8, JSON.stringify(end.output));
  });
  await report.check('code runs in a function of its own, and what it prints is in the log', async () => {
    const workflow = await publish('Code', { nodes: [MANUAL, code], edges: ['start>code'] });
    const id = await cloud.run(workflow, { n: 1 });
    const end = await cloud.ended(id);
    insist(end.output[0].json.sum === 2, JSON.stringify(end.output));
    const { data } = await ask(200, 'GET', `/executions/${id}/logs`);
    insist(JSON.stringify(data).includes('seen 1'), 'the console is not in the log');
  });
  await report.check('a workflow that fails is failed, with the code of its error', async () => {
    const stop = {
      id: 'stop',
      type: 'flow.stop',
      parameters: { result: 'error', code: 'order.unknown', message: 'no' },
    };
    const workflow = await publish('Fails', { nodes: [MANUAL, stop], edges: ['start>stop'] });
    const end = await cloud.ended(await cloud.run(workflow), 'failed');
    insist(end.errorCode === 'order.unknown' && end.errorNodeId === 'stop', JSON.stringify(end));
  });
};
