import { expect, it, vi } from 'vitest';
import { signIn } from './api-client.ts';
import { aDataFolder, anInstance, killInstance } from './instance.ts';

const noop = (id: string) => ({ id, name: id, type: 'flow.noop' });
const wait = (id: string, amount: number) => ({
  id,
  name: id,
  type: 'flow.wait',
  parameters: { duration: { amount, unit: 'seconds' } },
});
const set = (id: string, name: string, value: string) => ({
  id,
  name: id,
  type: 'data.set',
  parameters: { keep: 'none', fields: [{ name, value }] },
});

/** `a.port -> b.port`; ports that are not named are `main`. */
const edge = (written: string) => {
  const [from = '', to = ''] = written.split(' -> ');
  const [source, sourcePort = 'main'] = from.split('.');
  const [target, targetPort = 'main'] = to.split('.');
  return { source, sourcePort, target, targetPort };
};

const called = {
  nodes: [
    { id: 'called', name: 'called', type: 'trigger.workflow' },
    wait('pause', 1),
    set('double', 'twice', '{{ $node("called").json.n * 2 }}'),
  ],
  edges: ['called -> pause', 'pause -> double'].map(edge),
};

/** Everything that waits: a timer, a loop, a map, a sub-workflow; beside it a callback and an approval. */
const everything = (workflowId: string) => ({
  nodes: [
    { id: 'start', name: 'start', type: 'trigger.manual' },
    wait('timer', 2),
    { id: 'loop', name: 'loop', type: 'flow.loop' },
    set('round', 'round', '{{ "round " & $node("start").json.n }}'),
    { id: 'map', name: 'map', type: 'flow.map', parameters: { batchSize: 2 } },
    set('batch', 'n', '{{ $number($substringAfter($node("round").json.round, " ")) }}'),
    wait('rest', 1),
    { id: 'sub', name: 'sub', type: 'flow.subworkflow', parameters: { workflowId, mode: 'perItem' } },
    set('out', 'told', '{{ $node("round").json.round & ": " & $json.twice }}'),
    { id: 'hook', name: 'hook', type: 'flow.wait', parameters: { kind: 'callback' } },
    { id: 'ask', name: 'ask', type: 'flow.approval' },
    { id: 'join', name: 'join', type: 'flow.merge', parameters: { inputs: 3 } },
    noop('end'),
  ],
  edges: [
    'start -> timer',
    'timer -> loop',
    'loop.loop -> round',
    'round -> loop',
    'loop.done -> map',
    'map.item -> batch',
    'batch -> rest',
    'rest -> map.collect',
    'map.done -> sub',
    'sub -> out',
    'out -> join.input1',
    'start -> hook',
    'hook -> join.input2',
    'start -> ask',
    'ask.approved -> join.input3',
    'join -> end',
  ].map(edge),
});

it('an execution that waits in every way survives kill -9 and ends right', async () => {
  const folder = aDataFolder();
  const first = await anInstance(folder);
  const before = await signIn(first);
  const child = await before.call('POST', '/workflows', { name: 'Called', definition: called });
  await before.call('POST', `/workflows/${child.body.id}/publish`);
  const whole = await before.call('POST', '/workflows', {
    name: 'All',
    definition: everything(child.body.id),
  });
  expect(whole.status).toBe(201);
  const { body: run } = await before.call('POST', `/workflows/${whole.body.id}/run`, {
    version: 'draft',
    items: [1, 2, 3].map((n) => ({ json: { n } })),
  });
  await vi.waitFor(
    async () => {
      const { body } = await before.call('GET', `/executions/${run.id}/logs?nodeId=map`);
      expect(body.data).toMatchObject([{ status: 'running' }]);
    },
    { timeout: 15_000, interval: 100 },
  );
  await killInstance(first);

  const after = await signIn(await anInstance(folder));
  const answers = [
    { nodeId: 'hook', data: 'paid' },
    { nodeId: 'ask', choice: 'approve' },
  ];
  for (const answer of answers) {
    expect((await after.call('POST', `/executions/${run.id}/resume`, answer)).status).toBe(202);
  }
  const ended = await vi.waitFor(
    async () => {
      const { body } = await after.call('GET', `/executions/${run.id}?wait=5`);
      expect(body.finishedAt).not.toBeNull();
      return body;
    },
    { timeout: 25_000, interval: 100 },
  );
  expect(ended).toMatchObject({ status: 'completed', errorMessage: null, wait: null });
  const output = ended.output.map((item: { json: object }) => item.json);
  expect(output.slice(0, 3)).toEqual([1, 2, 3].map((n) => ({ told: `round ${n}: ${n * 2}` })));
  expect(output.slice(3, 6)).toMatchObject([1, 2, 3].map((n) => ({ n, callback: { body: 'paid' } })));
  expect(output.slice(6)).toMatchObject([1, 2, 3].map((n) => ({ n, approval: { choice: 'approve' } })));
}, 60_000);
