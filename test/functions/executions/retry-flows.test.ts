import { beforeEach, expect, it } from 'vitest';
import type { DefinitionInput } from '../../../engine/definition.ts';
import { manual } from '../definitions.ts';
import { answering, aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
let called: string[];
let broken: string | null;
beforeEach(async () => {
  called = [];
  broken = 'https://example.com/2';
  bench = await aWorkbench(
    answering(({ url }) => {
      called.push(url.slice('https://example.com/'.length));
      return url === broken ? 400 : 200;
    }),
  );
});

const items = [1, 2, 3].map((n) => ({ json: { n } }));
const call = {
  id: 'call',
  name: 'Call',
  type: 'http.request',
  parameters: { method: 'POST', url: 'https://example.com/{{ $json.n }}' },
};
const failed = async (definition: DefinitionInput) => {
  const made = await bench.owner('POST', '/workflows', { name: 'Any', definition });
  expect(made.body.problems.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([]);
  const { body } = await bench.owner('POST', `/workflows/${made.body.id}/run`, { items });
  await bench.orchestrator.idle();
  const done = await bench.owner('GET', `/executions/${body.id}?wait=10`);
  expect(done.body.status).toBe('failed');
  broken = null;
  return { path: `/executions/${body.id}`, sent: called.splice(0) };
};
const retried = async (path: string, body: object = {}) => {
  const { body: started } = await bench.owner('POST', `${path}/retry`, body);
  await bench.orchestrator.idle();
  return (await bench.owner('GET', `/executions/${started.id}?wait=10`)).body;
};

it('a loop goes on in the iteration that failed', async () => {
  const { path, sent } = await failed({
    nodes: [manual, { id: 'loop', name: 'Loop', type: 'flow.loop' }, call],
    edges: [
      { source: 'start', target: 'loop' },
      { source: 'loop', sourcePort: 'loop', target: 'call' },
      { source: 'call', target: 'loop' },
    ],
  });
  expect(sent).toEqual(['1', '2']);

  expect(await retried(path)).toMatchObject({ status: 'completed' });
  expect(called).toEqual(['2', '3']);
});

it('items that were worked on one by one are not worked on again', async () => {
  const { path, sent } = await failed({
    nodes: [manual, call],
    edges: [{ source: 'start', target: 'call' }],
  });
  expect(sent.sort()).toEqual(['1', '2', '3']);

  expect(await retried(path)).toMatchObject({ status: 'completed' });
  expect(called).toEqual(['2']);
});

it('of a map only the items that failed or never began run again, and that is said beforehand', async () => {
  const { path, sent } = await failed({
    nodes: [manual, { id: 'map', name: 'Map', type: 'flow.map', parameters: { concurrency: 1 } }, call],
    edges: [
      { source: 'start', target: 'map' },
      { source: 'map', sourcePort: 'item', target: 'call' },
      { source: 'call', target: 'map', targetPort: 'collect' },
    ],
  });
  expect(sent).toContain('2');

  const { body } = await bench.owner('POST', `${path}/retry/preview`);
  expect(body.repeats).toMatchObject([{ nodeId: 'map', runs: 0, uncertainRuns: 1 }]);
  expect(await retried(path)).toMatchObject({ status: 'completed' });
  expect(called).toEqual(['2', '3']);
  called.splice(0);

  const again = await bench.owner('POST', `${path}/retry/preview`, { from: 'start' });
  expect(again.body.repeats).toMatchObject([{ nodeId: 'map', runs: 1, uncertainRuns: 1 }]);
  await retried(path, { from: 'start' });
  expect(called).toEqual(['1', '2', '3']);
});
