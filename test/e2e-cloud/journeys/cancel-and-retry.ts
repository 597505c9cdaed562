import { type Cloud, MANUAL } from '../cloud.ts';
import { insist } from '../report.ts';
import { timerWorkflow } from './waits.ts';

export const cancelAndRetry = async (cloud: Cloud): Promise<void> => {
  const { report, ask } = cloud;
  await report.check('an execution that sleeps for an hour is cancelled at once', async () => {
    const id = await cloud.run(await timerWorkflow(cloud, 3_600));
    await cloud.waiting(id, 'timer');
    const { status } = await cloud.call('POST', `/executions/${id}/cancel`, { body: {} });
    insist(status < 300, `answered ${status}`);
    await cloud.ended(id, 'cancelled', 20_000);
  });
  await report.check('a failed execution is retried from where it failed', async () => {
    const decide = {
      id: 'decide',
      type: 'flow.switch',
      parameters: { rules: [{ condition: '{{ $json.ok }}', output: 'ok' }], fallback: 'bad' },
    };
    const stop = {
      id: 'stop',
      type: 'flow.stop',
      parameters: { result: 'error', code: 'order.bad', message: 'bad' },
    };
    const workflow = await cloud.publish('Retry', {
      nodes: [MANUAL, decide, stop],
      edges: ['start>decide', 'decide:bad>stop'],
    });
    const failed = await cloud.ended(await cloud.run(workflow, { ok: false }), 'failed');
    const preview = await ask(200, 'POST', `/executions/${failed.id}/retry/preview`, {});
    insist(preview !== null, 'no preview');
    const retried = await ask(202, 'POST', `/executions/${failed.id}/retry`, {});
    insist(retried.retryOf === failed.id, JSON.stringify(retried));
    await cloud.ended(retried.id, 'failed');
  });
};
