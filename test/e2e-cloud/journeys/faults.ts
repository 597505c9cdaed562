import { type Cloud, MANUAL } from '../cloud.ts';
import { DEADLY, OUTSIDE_HOST, type Outside } from '../outside.ts';
import { eventually, insist } from '../report.ts';
import { machines } from './machines.ts';
import { timerWorkflow } from './waits.ts';

/** Somebody stops the machine that waits for an execution: the sweeper is told, and takes the execution up. */
export const stoppedMachine = (cloud: Cloud): Promise<unknown> =>
  cloud.report.check('a machine is stopped by hand; its execution is taken up, and ends', async () => {
    const id = await cloud.run(await timerWorkflow(cloud, 20));
    await cloud.waiting(id, 'timer');
    const { runs, stop } = machines(cloud);
    const run = await eventually(
      async () => (await runs('STANDARD', 'RUNNING')).find(({ name }) => name.startsWith(`${id}-`)),
      { what: `A Standard run of ${id}` },
    );
    await stop(run.executionArn);
    await cloud.ended(id, 'completed', 150_000);
  });

/** A function that is killed when its call has acted and before it can say so. Answers the execution, which a lease holds up. */
export const killFunction = async (cloud: Cloud, outside: Outside): Promise<string> => {
  const call = (id: string, path: string) => ({
    id,
    type: 'http.request',
    parameters: { method: 'POST', url: `http://${OUTSIDE_HOST}${path}`, body: { value: {} } },
  });
  const workflow = await cloud.publish('Killed', {
    nodes: [MANUAL, call('before', '/before-death'), call('at', DEADLY), call('after', '/after-death')],
    edges: ['start>before', 'before>at', 'at>after'],
  });
  const id = await cloud.run(workflow);
  await eventually(async () => outside.asked(DEADLY).length > 0, { what: 'The call that kills' });
  return id;
};

export const killedFunction = (cloud: Cloud, outside: Outside, id: string): Promise<unknown> =>
  cloud.report.check(
    'a function was killed in the middle of a call; the call was made again by the same key, and none else',
    async () => {
      await cloud.ended(id, 'completed', 300_000);
      const keys = (path: string) => outside.asked(path).map(({ headers }) => headers['idempotency-key']);
      const counts = ['/before-death', DEADLY, '/after-death'].map((path) => keys(path).length).join();
      insist(counts === '1,2,1', `the calls before, at and after it were made ${counts} times`);
      insist(new Set(keys(DEADLY)).size === 1 && keys(DEADLY)[0], `the keys are ${keys(DEADLY)}`);
    },
  );
