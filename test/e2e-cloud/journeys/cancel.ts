import type { Cloud } from '../cloud.ts';
import { insist } from '../report.ts';
import { timerWorkflow } from './waits.ts';

export const cancel = async (cloud: Cloud): Promise<void> => {
  const { report } = cloud;
  await report.check('an execution that sleeps for an hour is cancelled at once', async () => {
    const id = await cloud.run(await timerWorkflow(cloud, 3_600));
    await cloud.waiting(id, 'timer');
    const { status } = await cloud.call('POST', `/executions/${id}/cancel`, { body: {} });
    insist(status < 300, `answered ${status}`);
    await cloud.ended(id, 'cancelled', 20_000);
  });
};
