import { ROUTES } from '../../../shared/contracts/api.ts';
import { type Cloud, MANUAL } from '../cloud.ts';
import { insist } from '../report.ts';

/** Every function of the API at least once: a role that lacks something, or a variable that nobody set, shows here. */
export const wholeApi = async (cloud: Cloud): Promise<void> => {
  const { report, ask, call, plant } = cloud;
  const lists = ROUTES.filter(
    ({ method, path, access }) => method === 'GET' && !path.includes('{') && access.who !== 'public',
  );
  await report.check(`all ${lists.length} lists are answered`, async () => {
    insist(lists.length > 10, `${lists.length} lists`);
    for (const { path } of lists) await ask(200, 'GET', path);
  });
  await report.check(
    'a secret variable is kept by KMS, never shown, and handed on by a workflow',
    async () => {
      const value = plant('a-secret-of-a-variable');
      const made = await ask(201, 'POST', '/variables', { name: 'token', value, isSecret: true });
      const shown = await ask(200, 'GET', `/variables/${made.id}`);
      insist(!JSON.stringify([made, shown]).includes(value), 'the secret is shown');
      const hand = {
        id: 'hand',
        type: 'data.crypto',
        parameters: { value: '{{ $vars.token }}', hash: 'sha256', destination: 'hash' },
      };
      const workflow = await cloud.publish('Variable', { nodes: [MANUAL, hand], edges: ['start>hand'] });
      const end = await cloud.ended(await cloud.run(workflow));
      insist(!JSON.stringify(end).includes(value), 'the secret is in the output');
    },
  );
  await report.check('a suggestion is made from the templates when there is no model', async () => {
    const prompt = 'When a form is sent, post its fields to Slack';
    const answer = await call('POST', '/ai/suggestions?wait=20', { body: { prompt } });
    insist(
      answer.status === 201 && answer.body.status === 'ready',
      JSON.stringify(answer.body).slice(0, 600),
    );
    insist(answer.body.source === 'template', `it comes from ${answer.body.source}`);
  });
  await report.check('a workflow is exported, and removed with all that belongs to it', async () => {
    const workflow = await cloud.publish('Short-lived', {
      nodes: [{ id: 'clock', type: 'trigger.schedule', parameters: { cron: '0 3 1 1 *' } }],
    });
    await ask(200, 'GET', `/workflows/${workflow.id}/export`);
    const { status, body } = await call('DELETE', `/workflows/${workflow.id}`);
    insist(status < 300, `answered ${status} ${JSON.stringify(body)}`);
    await ask(404, 'GET', `/workflows/${workflow.id}`);
  });
};
