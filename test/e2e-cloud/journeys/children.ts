import { type Cloud, MANUAL } from '../cloud.ts';
import { insist } from '../report.ts';
import { machines } from './machines.ts';

const double = {
  id: 'double',
  type: 'data.set',
  parameters: { fields: [{ name: 'n', type: 'number', value: '{{ $json.n * 2 }}' }] },
};

export const children = async (cloud: Cloud): Promise<void> => {
  const { report, publish } = cloud;
  await report.check('a sub-workflow: the caller waits for it and goes on with what it gives', async () => {
    const child = await publish('Child', {
      nodes: [{ id: 'called', type: 'trigger.workflow', parameters: {} }, double],
      edges: ['called>double'],
    });
    const call = { id: 'call', type: 'flow.subworkflow', parameters: { workflowId: child.id } };
    const parent = await publish('Parent', { nodes: [MANUAL, call], edges: ['start>call'] });
    const end = await cloud.ended(await cloud.run(parent, { n: 4 }));
    insist(end.output[0]?.json.n === 8, JSON.stringify(end.output));
    const { data } = await cloud.ask(200, 'GET', `/executions?workflowId=${child.id}`);
    insist(data[0]?.parentExecutionId === end.id, 'the child does not name its parent');
  });
  await report.check(
    'a sub-workflow that sleeps: its caller sleeps, too, and is woken by its end',
    async () => {
      const sleep = {
        id: 'sleep',
        type: 'flow.wait',
        parameters: { kind: 'duration', duration: { amount: 15, unit: 'seconds' } },
      };
      const child = await publish('Child that sleeps', {
        nodes: [{ id: 'called', type: 'trigger.workflow', parameters: {} }, sleep, double],
        edges: ['called>sleep', 'sleep>double'],
      });
      const call = { id: 'call', type: 'flow.subworkflow', parameters: { workflowId: child.id } };
      const parent = await publish('Parent that waits', { nodes: [MANUAL, call], edges: ['start>call'] });
      const id = await cloud.run(parent, { n: 5 });
      await cloud.waiting(id, 'child');
      const end = await cloud.ended(id);
      insist(end.output[0]?.json.n === 10, JSON.stringify(end.output));
    },
  );
  await report.check('a map: batches run as executions of their own, and come back in order', async () => {
    const numbers = {
      id: 'numbers',
      type: 'data.transform',
      parameters: { result: '{{ [1..6].({ "n": $ }) }}' },
    };
    const map = { id: 'map', type: 'flow.map', parameters: { batchSize: 2, concurrency: 3 } };
    const workflow = await publish('Map', {
      nodes: [MANUAL, numbers, map, double],
      edges: ['start>numbers', 'numbers>map', 'map:item>double', 'double>map:collect'],
    });
    const end = await cloud.ended(await cloud.run(workflow));
    const given = end.output.map(({ json }: { json: { n: number } }) => json.n).join();
    insist(given === '2,4,6,8,10,12', given);
  });
};

/** By itself: so many functions at once leave little of a small machine for others. */
export const largeMap = (cloud: Cloud): Promise<unknown> =>
  cloud.report.check('a map of many batches: they are woken together, by a Distributed Map', async () => {
    const numbers = {
      id: 'numbers',
      type: 'data.transform',
      parameters: { result: '{{ [1..45].({ "n": $ }) }}' },
    };
    const map = { id: 'map', type: 'flow.map', parameters: { concurrency: 45 } };
    const workflow = await cloud.publish('Large map', {
      nodes: [MANUAL, numbers, map, double],
      edges: ['start>numbers', 'numbers>map', 'map:item>double', 'double>map:collect'],
    });
    const end = await cloud.ended(await cloud.run(workflow), 'completed', 300_000);
    insist(
      end.output.length === 45 && end.output[44].json.n === 90,
      JSON.stringify(end.output).slice(0, 300),
    );
    insist(await wakesMany(cloud), 'no run of the Standard machine was given many to wake');
  });

/** Whether the Standard machine was ever started with a list of executions: what its Distributed Map maps. */
const wakesMany = async (cloud: Cloud): Promise<boolean> => {
  const { runs, inputOf } = machines(cloud);
  for (const run of await runs('STANDARD', 'SUCCEEDED'))
    if (((await inputOf(run)).wake?.length ?? 0) >= 40) return true;
  return false;
};
