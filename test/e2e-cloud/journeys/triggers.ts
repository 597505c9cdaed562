import type { Cloud, Workflow } from '../cloud.ts';
import { eventually, insist } from '../report.ts';

const noop = { id: 'after', type: 'flow.noop', parameters: {} };

/** Published early: a clock strikes once a minute. */
export const publishSchedule = (cloud: Cloud): Promise<Workflow> =>
  cloud.publish('Every minute', {
    nodes: [{ id: 'clock', type: 'trigger.schedule', parameters: { cron: '* * * * *' } }, noop],
    edges: ['clock>after'],
  });

/** Waits for the clock to strike, and stops it. */
export const scheduleFires = (cloud: Cloud, { id }: Workflow): Promise<unknown> =>
  cloud.report.check('a schedule fires: the clock of EventBridge Scheduler starts its workflow', async () => {
    const { data } = await eventually(
      async () => {
        const page = await cloud.ask(200, 'GET', `/executions?workflowId=${id}`);
        return page.data.length > 0 ? page : null;
      },
      { within: 90_000, every: 1_000, what: 'A firing' },
    );
    const end = await cloud.ended(data[0].id);
    insist(end.triggerType === 'scheduled', `it was started by ${end.triggerType}`);
    const [schedule] = (await cloud.ask(200, 'GET', `/schedules?workflowId=${id}`)).data;
    insist(schedule.lastExecution !== null, JSON.stringify(schedule));
    await cloud.ask(200, 'POST', `/workflows/${id}/unpublish`, {});
  });

export const events = (cloud: Cloud): Promise<unknown> =>
  cloud.report.check(
    'an event starts the workflows whose pattern it fits, over the bus, and no other',
    async () => {
      const listen = (name: string, source: string) =>
        cloud.publish(name, {
          nodes: [
            { id: 'event', type: 'trigger.event', parameters: { pattern: { source: [source] } } },
            noop,
          ],
          edges: ['event>after'],
        });
      const [meant, other] = [await listen('Orders', 'shop'), await listen('Stock', 'warehouse')];
      await cloud.ask(202, 'POST', '/events', {
        source: 'shop',
        detailType: 'order.placed',
        detail: { total: 9 },
      });
      const { data } = await eventually(
        async () => {
          const page = await cloud.ask(200, 'GET', `/executions?workflowId=${meant.id}`);
          return page.data.length > 0 ? page : null;
        },
        { what: 'An execution' },
      );
      const end = await cloud.ended(data[0].id);
      insist(end.triggerType === 'event', `it was started by ${end.triggerType}`);
      const others = await cloud.ask(200, 'GET', `/executions?workflowId=${other.id}`);
      insist(others.data.length === 0, 'the other workflow was started too');
    },
  );
