import { type Cloud, PASSWORD, type Workflow } from '../cloud.ts';
import { eventually, insist } from '../report.ts';
import type { Runbook } from '../runbook.ts';
import { callbackWorkflow, timerWorkflow } from './waits.ts';

/** What the runbook says to do with an execution that does not move. */
export const stuckExecution = (cloud: Cloud, runbook: Runbook): Promise<unknown> =>
  cloud.report.check('the runbook: an execution that is stuck is looked at, woken, and ended', async () => {
    const id = await cloud.run(await timerWorkflow(cloud, 3_600));
    await cloud.waiting(id, 'timer');
    const at = (block: number) => runbook.run('A stuck execution', block, { ID: id });
    const shown = await at(0);
    insist(shown.includes(id) && /"isParked": ?true/.test(shown), shown);
    const woken = await at(1);
    insist(new RegExp(`"woken": ?"${id}"`).test(woken), woken);
    await at(2);
    const end = await cloud.ended(id, 'failed');
    insist(end.errorMessage === 'It was stuck.', end.errorMessage);
  });

/** What the runbook says to do with firings that could not be delivered. */
export const lostFiring = (cloud: Cloud, runbook: Runbook): Promise<unknown> =>
  cloud.report.check(
    'the runbook: a lost firing is delivered a day late, and starts its workflow once',
    async () => {
      const workflow = await cloud.publish('Fires at night', {
        nodes: [{ id: 'clock', type: 'trigger.schedule', parameters: { cron: '0 3 * * *' } }],
      });
      const [schedule] = (await cloud.ask(200, 'GET', `/schedules?workflowId=${workflow.id}`)).data;
      const plannedTime = new Date(Date.parse(schedule.nextExecution) - 2 * 86_400_000).toISOString();
      const firing = JSON.stringify({ scheduleId: schedule.id, generation: 1, plannedTime });
      const sqs = (operation: string, input: object) =>
        cloud.aws.json('sqs', `AmazonSQS.${operation}`, input, '1.0');
      const { QueueUrls } = await sqs('ListQueues', {});
      const QueueUrl = QueueUrls.find((url: string) => url.includes('ScheduleGroupDeadLetters'));
      for (const MessageBody of [firing, firing]) await sqs('SendMessage', { QueueUrl, MessageBody });
      const said = await runbook.run('FiringsLost', 0);
      const { data } = await cloud.ask(200, 'GET', `/executions?workflowId=${workflow.id}`);
      insist(data.length === 1, `${data.length} executions: ${said}`);
      await cloud.ended(data[0].id);
      insist(data[0].triggerDetail.includes(plannedTime), data[0].triggerDetail);
      await cloud.ask(200, 'POST', `/workflows/${workflow.id}/unpublish`, {});
    },
  );

/**
 * Deploys the application on a copy of the table, as the runbook says, and goes through what was open: one execution is let go
 * on, one has ended, and then all may start again.
 */
export const restoreTable = async (cloud: Cloud, runbook: Runbook): Promise<void> => {
  const { report, ask, call } = cloud;
  const restore = (block: number, ID = '') =>
    runbook.run('Restore the table', block, { ID, AT: new Date().toISOString() });
  const workflow = await callbackWorkflow(cloud);
  const [kept, over] = await Promise.all([cloud.run(workflow), cloud.run(workflow)]);
  for (const id of [kept, over]) await cloud.waiting(id, 'callback');
  const start = () => call('POST', `/workflows/${workflow.id}/run`, { body: {} });

  const restored = await report.check(
    'the runbook: the table is restored, and the application deployed on the copy',
    () => restore(0),
  );
  if (!restored) return;
  await report.check(
    'accounts and workflows are what they were, and no second admin can be made',
    async () => {
      const { data } = await ask(200, 'GET', '/workflows?limit=100');
      insist(data.length > 5, `${data.length} workflows`);
      const second = { username: 'second', email: 'second@example.com', password: PASSWORD };
      await ask(409, 'POST', '/setup', { ...second, token: cloud.outputs.SetupToken });
    },
  );
  await report.check('nothing starts on a restored table', async () => {
    const { status, body } = await start();
    insist(status === 503 && body.code === 'platform.held', `answered ${status} ${JSON.stringify(body)}`);
  });
  await report.check('the runbook: what was open is shown, and goes on or has ended', async () => {
    const shown = await restore(1, kept);
    insist(/"held": ?true/.test(shown) && shown.includes(over), shown);
    await restore(2, kept);
    await ask(202, 'POST', `/executions/${kept}/resume`, { data: { late: true } });
    await cloud.ended(kept);
    await restore(3, over);
    const { errorMessage } = await cloud.ended(over, 'failed');
    insist(errorMessage === 'Ended before the restore.', errorMessage);
    insist((await start()).status === 503, 'others start as well');
  });
  await report.check('the runbook: the table is released, and executions start', async () => {
    await restore(4);
    // Functions look again every few seconds whether they may.
    const id = await eventually(() => cloud.run(workflow), { what: 'A start' });
    await cloud.waiting(id, 'callback');
    await ask(202, 'POST', `/executions/${id}/resume`, { data: {} });
    await cloud.ended(id);
  });
};

/** An execution that sleeps until the application has been removed. */
export const sleepOverRemoval = async (cloud: Cloud): Promise<string> => {
  const id = await cloud.run(await timerWorkflow(cloud, 75));
  await cloud.waiting(id, 'timer');
  return id;
};

/** An application that was deployed anew on the data of another has neither its timers nor its clocks: the sweep makes up for that. */
export const goesOn = async (
  cloud: Cloud,
  { clock, sleeper }: { readonly clock: Workflow; readonly sleeper: string },
): Promise<void> => {
  const { report, ask } = cloud;
  const from = new Date().toISOString();
  await Promise.all([
    report.check('an execution that slept goes on, though its timer went with the application', () =>
      cloud.ended(sleeper, 'completed', 240_000),
    ),
    report.check('a schedule that was published before fires again', async () => {
      const query = `workflowId=${clock.id}&startedAfter=${encodeURIComponent(from)}`;
      const fired = async () => (await ask(200, 'GET', `/executions?${query}`)).data[0];
      const { id } = await eventually(fired, { within: 300_000, every: 2_000, what: 'A firing' });
      await cloud.ended(id);
      await ask(200, 'POST', `/workflows/${clock.id}/unpublish`, {});
    }),
  ]);
};
