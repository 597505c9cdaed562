import { beforeAll, describe, expect, it } from 'vitest';
import { manual } from '../../functions/definitions.ts';
import { aWorkbench, type Workbench } from '../../functions/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await aWorkbench();
});

const noise = (seed: number) =>
  Array.from({ length: 120_000 }, (_, n) =>
    Math.sin(n * seed)
      .toString(36)
      .slice(3),
  ).join('');

/** Starts a workflow that waits for its owner, with more data than a row takes. */
const waiting = async () => {
  const definition = {
    nodes: [manual, { id: 'wait', name: 'Wait', type: 'flow.wait', parameters: { kind: 'callback' } }],
    edges: [{ source: 'start', target: 'wait' }],
  };
  const { body } = await bench.owner('POST', '/workflows', { name: 'Waits', definition });
  const run = await bench.owner('POST', `/workflows/${body.id}/run`, {
    version: 'draft',
    items: [{ json: { noise: noise(1.1) } }],
  });
  await bench.orchestrator.idle();
  return run.body.id as string;
};
const execution = async (id: string) => (await bench.owner('GET', `/executions/${id}`)).body;

describe('an execution whose data', () => {
  it('is there goes on', async () => {
    const id = await waiting();
    await bench.owner('POST', `/executions/${id}/resume`, { data: 1 });
    await bench.orchestrator.idle();
    expect(await execution(id)).toMatchObject({ status: 'completed' });
  });

  it('is gone fails when it is to go on', async () => {
    const id = await waiting();
    for (const lifetime of ['short', 'long']) await bench.platform.payloads.removePrefix(`${lifetime}/${id}`);
    await bench.orchestrator.poke(id);
    await bench.orchestrator.idle();
    expect(await execution(id)).toMatchObject({ status: 'failed', errorCode: 'payload.missing' });
  });
});
