import { beforeEach, describe, expect, it } from 'vitest';
import type { DefinitionInput } from '../../../engine/definition.ts';
import { newId } from '../../../shared/ids.ts';
import { chain, manual, set, webhook } from '../../functions/definitions.ts';
import { aWorkbench, type Workbench } from '../../functions/workbench.ts';
import { acceptedIn, appendTo } from './executions-at-rest.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await aWorkbench();
});

const failing = chain(manual, set({ n: '{{ $number("no number") }}' }));
const named = (definition: DefinitionInput, errorWorkflowId: string): DefinitionInput => ({
  ...definition,
  settings: { errorWorkflowId },
});
const alarm = chain(
  { id: 'failed', name: 'Failed', type: 'trigger.error' },
  {
    ...set({
      code: '{{ $json.error.code }}',
      node: '{{ $json.error.nodeId }}',
      of: '{{ $json.execution.id }}',
    }),
  },
);

const published = async (definition: unknown, who = bench.owner): Promise<string> => {
  const { body } = await who('POST', '/workflows', { name: 'Any', definition });
  expect((await who('POST', `/workflows/${body.id}/publish`)).status).toBe(200);
  return body.id;
};
const run = async (id: string, version = 'published') => {
  const { body } = await bench.owner('POST', `/workflows/${id}/run?wait=10`, { version });
  await bench.orchestrator.idle();
  return body;
};
const executionsOf = async (workflowId: string) =>
  (await bench.owner('GET', `/executions?workflowId=${workflowId}`)).body.data;

describe('an error workflow', () => {
  it('is started with the failure', async () => {
    const alarmId = await published(alarm);
    const failed = await run(await published(named(failing, alarmId)));

    const [started, ...others] = await executionsOf(alarmId);
    expect(others).toEqual([]);
    expect(started).toMatchObject({ status: 'completed', triggerType: 'event', triggerDetail: 'error' });
    const { body } = await bench.owner('GET', `/executions/${started.id}`);
    expect(body.output).toEqual([{ json: { code: failed.errorCode, node: 'set', of: failed.id } }]);
  });

  it('is not started by a test, by what has completed, or twice by one failure', async () => {
    const alarmId = await published(alarm);
    const id = await published(named(failing, alarmId));
    await bench.owner('PUT', `/workflows/${id}`, { definition: named(failing, alarmId), notes: 'draft' });

    await run(id, 'draft');
    await run(await published(named(chain(manual), alarmId)));
    expect(await executionsOf(alarmId)).toEqual([]);

    const { id: failedId } = await run(id);
    await bench.orchestrator.poke(failedId);
    await bench.orchestrator.idle();
    expect(await executionsOf(alarmId)).toHaveLength(1);
  });

  it('that fails itself starts nothing', async () => {
    const made = await bench.owner('POST', '/workflows', { name: 'Self', definition: chain(manual) });
    const broken = chain(
      { id: 'failed', name: 'Failed', type: 'trigger.error' },
      set({ n: '{{ $number("x") }}' }),
    );
    await bench.owner('PUT', `/workflows/${made.body.id}`, { definition: named(broken, made.body.id) });
    await bench.owner('POST', `/workflows/${made.body.id}/publish`);

    await run(await published(named(failing, made.body.id)));

    expect(await executionsOf(made.body.id)).toMatchObject([{ status: 'failed' }]);
  });

  it('of somebody else or gone is an error of the definition, an idle one a warning', async () => {
    const foreign = await published(alarm, bench.stranger);
    const { body: draft } = await bench.owner('POST', '/workflows', { name: 'Draft', definition: alarm });
    const without = await published(chain(webhook()));
    const severityOf = async (errorWorkflowId: string) => {
      const definition = named(failing, errorWorkflowId);
      const { body } = await bench.owner('POST', '/workflows', { name: 'Any', definition });
      const found = body.problems.find(({ pointer }: { pointer: string }) =>
        pointer.includes('errorWorkflowId'),
      );
      return [found?.severity, (await bench.owner('POST', `/workflows/${body.id}/publish`)).status];
    };

    expect(await severityOf(foreign)).toEqual(['error', 422]);
    expect(await severityOf(newId('wf'))).toEqual(['error', 422]);
    expect(await severityOf(draft.id)).toEqual(['warning', 200]);
    expect(await severityOf(without)).toEqual(['warning', 200]);
    expect(await severityOf(await published(alarm))).toEqual([undefined, 200]);
  });

  it('that is unpublished or gone by then is passed over', async () => {
    const alarmId = await published(alarm);
    const id = await published(named(failing, alarmId));
    await bench.owner('POST', `/workflows/${alarmId}/unpublish`);
    expect(await run(id)).toMatchObject({ status: 'failed' });
    const { platform } = bench;
    const record = await acceptedIn(bench, named(failing, newId('wf')));
    await bench.orchestrator.poke(record.id);
    await bench.orchestrator.idle();
    expect(await platform.stores.executions.get(record.id)).toMatchObject({ status: 'failed' });
    expect(await executionsOf(alarmId)).toEqual([]);
  });
});

describe('the end of a child', () => {
  it('is put into the inbox of its parent', async () => {
    const { platform, interpret } = bench;
    const parent = await acceptedIn(bench, chain(manual));
    const child = await platform.stores.executions.accept({
      ...(await acceptedIn(bench, chain(manual))),
      id: newId('exec'),
      parentExecutionId: parent.id,
    });

    await interpret(child.record.id, {
      deadline: Date.now() + 10_000,
      waitingCaller: false,
      writer: { writerId: 'one', generation: 'now', leaseUntil: Date.now() + 60_000 },
      signal: new AbortController().signal,
    });

    expect(await platform.stores.executions.readInbox(parent.id)).toMatchObject([
      { kind: 'child', waitId: child.record.id, data: { status: 'completed' } },
    ]);
  });
});

it('the work of an end that was cut short is done again', async () => {
  const alarmId = await published(alarm);
  const { id } = await acceptedIn(bench, named(failing, alarmId));
  const error = { code: 'http.status', message: 'It answered 503.', retryable: false, nodeId: 'call' };
  const final = { type: 'executionFinished', at: Date.now(), status: 'failed', error } as const;
  await appendTo(bench, id, [final], { kind: 'final' });
  expect(await bench.platform.stores.executions.get(id)).toMatchObject({ finishedAt: null });

  await bench.orchestrator.poke(id);
  await bench.orchestrator.idle();

  expect(await bench.platform.stores.executions.get(id)).toMatchObject({
    status: 'failed',
    errorCode: 'http.status',
  });
  expect(await executionsOf(alarmId)).toHaveLength(1);
});
