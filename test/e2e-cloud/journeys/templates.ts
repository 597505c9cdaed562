import { type Cloud, MANUAL } from '../cloud.ts';
import { insist } from '../report.ts';

const SECRET = 'Bearer abcdefghijklmnopqrstuvwx';
const call = {
  id: 'call',
  type: 'http.request',
  parameters: { url: 'https://api.example.com/orders', headers: { authorization: SECRET } },
};

/** The library as people use it: found, made a workflow, published and run; and a workflow of one’s own put beside it. */
export const templates = async (cloud: Cloud): Promise<void> => {
  const { report, ask } = cloud;
  await report.check('the library is listed, and searched by what somebody wants', async () => {
    const { data } = await ask(200, 'GET', '/templates?limit=100');
    insist(data.length >= 40, `${data.length} templates`);
    const query = new URLSearchParams({ q: 'tell our Slack channel about new GitHub issues', limit: '3' });
    const found = await ask(200, 'GET', `/templates?${query}`);
    const ids = found.data.map(({ id }: { id: string }) => id);
    insist(ids.includes('github-to-slack'), `found ${ids}`);
  });
  await report.check('a template is made a workflow, published, called and answers', async () => {
    const workflow = await ask(201, 'POST', '/templates/page-counter/instantiate', { name: 'Visits' });
    insist(workflow.problems.length === 0, JSON.stringify(workflow.problems));
    const { webhooks } = await ask(200, 'POST', `/workflows/${workflow.id}/publish`, {});
    const address = webhooks[0].url.replace(':page', 'home');
    for (const visits of [1, 2]) {
      const { status, body } = await cloud.hook('GET', address);
      insist(status === 200 && body.visits === visits, `answered ${status} ${JSON.stringify(body)}`);
    }
  });
  await report.check('a workflow is saved as a template without its secret, and used as one', async () => {
    const definition = {
      nodes: [
        { ...MANUAL, name: 'Start' },
        { ...call, name: 'Call' },
      ],
      edges: [{ source: MANUAL.id, target: call.id }],
    };
    const { id: workflowId } = await ask(201, 'POST', '/workflows', { name: 'Ours', definition });
    const saved = await ask(201, 'POST', '/templates', { workflowId, category: 'Ours' });
    insist(!JSON.stringify(saved).includes(SECRET), 'the secret is in the template');
    const made = await ask(201, 'POST', `/templates/${saved.id}/instantiate`, {});
    insist(made.definition.nodes.length === 2, JSON.stringify(made.definition));
    await ask(204, 'DELETE', `/templates/${saved.id}`);
  });
};
