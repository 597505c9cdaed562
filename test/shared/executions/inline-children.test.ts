import { beforeEach, describe, expect, it } from 'vitest';
import type { DefinitionInput } from '../../../engine/definition.ts';
import { withoutData } from '../../../engine/index.ts';
import type { ExecutionFinished } from '../../../engine/interpreter/event.ts';
import { childId } from '../../../shared/executions/child-execution.ts';
import { doTerminalWork } from '../../../shared/executions/terminal-work.ts';
import { newId } from '../../../shared/ids.ts';
import { chain, manual, set } from '../../functions/definitions.ts';
import { answering, aWorkbench, type Workbench } from '../../functions/workbench.ts';
import { acceptedIn, loadedFrom } from './executions-at-rest.ts';

let bench: Workbench;
const urls: string[] = [];
beforeEach(async () => {
  urls.length = 0;
  bench = await aWorkbench(answering(({ url }) => (urls.push(url) > 0 ? 200 : 500)));
});

type Node = DefinitionInput['nodes'][number];
const called: Node = { id: 'called', name: 'Called', type: 'trigger.workflow' };
const double = chain(called, set({ twice: '{{ $json.n * 2 }}' }));
const asks = (method: string): DefinitionInput =>
  chain(called, {
    id: 'ask',
    name: 'Ask',
    type: 'http.request',
    parameters: { method, url: 'https://example.com/' },
  });

const callerOf = async (definition: DefinitionInput): Promise<DefinitionInput> => {
  const { body } = await bench.owner('POST', '/workflows', { name: 'Called', definition });
  await bench.owner('POST', `/workflows/${body.id}/publish`);
  const parameters = { workflowId: body.id };
  return chain(manual, { id: 'sub', name: 'Sub', type: 'flow.subworkflow', parameters });
};
const parentOf = async (definition: DefinitionInput, n = 1) =>
  acceptedIn(bench, definition, { items: [{ json: { n } }] });

const options = (overrides: Partial<Parameters<Workbench['interpret']>[1]> = {}) => ({
  deadline: Date.now() + 60_000,
  waitingCaller: false,
  writer: { writerId: newId('exec'), leaseUntil: Date.now() + 60_000, generation: 'test' },
  signal: new AbortController().signal,
  ...overrides,
});
const startsOf = async (id: string) =>
  (await loadedFrom(bench, id)).events.flatMap((event) => (event.type === 'childStarted' ? [event] : []));
const inboxOf = (id: string) => bench.platform.stores.executions.readInbox(id);

describe('a short sub-workflow', () => {
  it('comes to its end in the slice of its parent, as an execution of its own that tells nobody', async () => {
    const parent = await parentOf(await callerOf(double));

    expect(await bench.interpret(parent.id, options())).toEqual({ kind: 'done', status: 'completed' });

    const [start] = await startsOf(parent.id);
    expect(await loadedFrom(bench, start?.executionId ?? '')).toMatchObject({
      record: { status: 'completed', parentExecutionId: parent.id, isInline: true },
      isOpen: false,
    });
    expect(await inboxOf(parent.id)).toEqual([]);
  });

  it.each([
    ['too little is left of the slice', { deadline: Date.now() + 10_000 }],
    ['children may have brought down the last interpreter', { runsChildren: false }],
  ])('has slices of its own where %s', async (_why, overrides) => {
    const parent = await parentOf(await callerOf(double));

    await bench.interpret(parent.id, options(overrides));
    await bench.orchestrator.idle();
    await bench.interpret(parent.id, options());

    const [start] = await startsOf(parent.id);
    expect(start).not.toHaveProperty('since');
    expect(await inboxOf(parent.id)).toMatchObject([{ kind: 'child', waitId: start?.executionId }]);
    expect(await loadedFrom(bench, parent.id)).toMatchObject({ record: { status: 'completed' } });
  });

  it('has slices of its own where an interpreter was lost at this place', async () => {
    const parent = await parentOf(await callerOf(double));
    await bench.platform.stores.executions.noteRecovery(parent.id, { recoveries: 1, recoveredAt: 0 });

    await bench.interpret(parent.id, options());
    await bench.orchestrator.idle();

    const [start] = await startsOf(parent.id);
    expect(start).not.toHaveProperty('since');
    expect(await inboxOf(parent.id)).toMatchObject([{ kind: 'child', waitId: start?.executionId }]);
  });

  it('is run once by two interpreters of its parent, and both executions end once', async () => {
    const parent = await parentOf(await callerOf(asks('POST')));

    await Promise.all([bench.interpret(parent.id, options()), bench.interpret(parent.id, options())]);
    await bench.orchestrator.idle();
    for (let each = 0; each < 3; each += 1) {
      await bench.orchestrator.poke(parent.id);
      await bench.orchestrator.idle();
    }

    const [start, ...others] = await startsOf(parent.id);
    expect(others).toEqual([]);
    for (const id of [parent.id, start?.executionId ?? '']) {
      const { record, events, isOpen } = await loadedFrom(bench, id);
      expect(record.status).toBe('completed');
      expect(isOpen).toBe(false);
      expect(events.filter(({ type }) => type === 'executionFinished')).toHaveLength(1);
    }
    expect(urls).toHaveLength(1);
  });
});

/** A parent, and the child of its call as an earlier slice of it has left it. */
const leftBehind = async (definition: DefinitionInput, n: number) => {
  const caller = await callerOf(definition);
  const model = await parentOf(caller);
  await bench.interpret(model.id, options());
  const [start] = await startsOf(model.id);
  const child = (await loadedFrom(bench, start?.executionId ?? '')).record;
  const parent = await parentOf(caller);
  const { finishedAt: _finishedAt, ...made } = child;
  const id = childId(parent.id, { waitId: start?.waitId ?? '', index: 0, attempt: 1 });
  await bench.begin({ ...made, id, parentExecutionId: parent.id, items: [{ json: { n } }] }, options());
  urls.length = 0;
  return { parent, id };
};
const outputOf = async (id: string) =>
  (await loadedFrom(bench, id)).events.findLast((event) => event.type === 'executionFinished')?.output;

describe('a child whose end its parent has not recorded', () => {
  it('is taken as it is found', async () => {
    const { parent } = await leftBehind(asks('GET'), 1);
    await bench.interpret(parent.id, options());
    expect(await loadedFrom(bench, parent.id)).toMatchObject({ record: { status: 'completed' } });
    // It began anew, as nobody had looked, and gave way to what was stored.
    expect(urls.length).toBeLessThanOrEqual(1);
  });

  it('makes way if it had other items, as it did nothing outside', async () => {
    const { parent, id } = await leftBehind(double, 21);
    expect(await outputOf(id)).toEqual([{ json: { twice: 42 } }]);

    await bench.interpret(parent.id, options());

    expect(await outputOf(parent.id)).toEqual([{ json: { twice: 2 } }]);
    expect(await outputOf(id)).toEqual([{ json: { twice: 2 } }]);
  });

  it('stays if it has acted', async () => {
    const { parent, id } = await leftBehind(asks('POST'), 21);

    await bench.interpret(parent.id, options());

    expect(urls).toEqual([]);
    expect((await loadedFrom(bench, id)).record.items).toEqual([{ json: { n: 21 } }]);
    expect(await loadedFrom(bench, parent.id)).toMatchObject({ record: { status: 'completed' } });
  });

  it('fails the call if it has acted and its data was deleted meanwhile', async () => {
    const { parent, id } = await leftBehind(asks('POST'), 1);
    const { record, events } = await loadedFrom(bench, id);
    await bench.platform.stores.executions.forget(record, withoutData(events));

    await bench.interpret(parent.id, options());

    expect((await loadedFrom(bench, parent.id)).record).toMatchObject({ errorCode: 'execution.deleted' });
  });

  it('goes on by itself if it has not ended, and its parent waits for it', async () => {
    const { executions } = bench.platform.stores;
    const { parent, id } = await leftBehind(double, 1);
    const ended = await loadedFrom(bench, id);
    await executions.remove(id);
    const { finishedAt: _finishedAt, ...made } = ended.record;
    const journal = executions.journal(executions.prepare(made), options().writer);
    await journal.append(ended.events.slice(0, 1), { kind: 'open' });

    await bench.interpret(parent.id, options());
    expect((await startsOf(parent.id))[0]?.executionId).toBe(id);
    await bench.orchestrator.idle();
    await bench.orchestrator.poke(parent.id);
    await bench.orchestrator.idle();

    expect(await inboxOf(parent.id)).toMatchObject([{ kind: 'child', waitId: id }]);
    expect(await outputOf(parent.id)).toEqual([{ json: { twice: 2 } }]);
  });
});

describe('the end of a child that ran in the slice of its parent', () => {
  const aChild = async () => {
    const { executions } = bench.platform.stores;
    const parent = await parentOf(chain(manual));
    const { finishedAt: _finishedAt, ...made } = parent;
    const child = executions.prepare({
      ...made,
      id: newId('exec'),
      parentExecutionId: parent.id,
      isInline: true,
    });
    const at = Date.now();
    const journal = executions.journal(child, options().writer);
    const started = { type: 'executionStarted', at, engine: '0', triggerNodeId: 'start', items: [] } as const;
    const final: ExecutionFinished = { type: 'executionFinished', at, status: 'completed', output: [] };
    await journal.append([started], { kind: 'open' });
    const world = { stores: bench.platform.stores, clock: bench.platform.clock, poke: async () => undefined };
    const end = async () => {
      await journal.append([final], { kind: 'final' });
      await doTerminalWork(world, { record: child.record, final, settings: null });
    };
    return { id: child.record.id, parentId: parent.id, end, executions };
  };

  it('is told to nobody, and cannot be waited for any more', async () => {
    const { id, parentId, end, executions } = await aChild();
    await end();
    expect(await inboxOf(parentId)).toEqual([]);
    expect(await executions.detach(id)).toBe(false);
    expect(await loadedFrom(bench, id)).toMatchObject({ record: { status: 'completed' }, isOpen: false });
  });

  it('is told to the parent that has begun to wait for it meanwhile', async () => {
    const { id, parentId, end, executions } = await aChild();
    expect(await executions.detach(id)).toBe(true);
    await end();
    expect(await inboxOf(parentId)).toMatchObject([{ kind: 'child', waitId: id }]);
    expect(await loadedFrom(bench, id)).toMatchObject({ record: { status: 'completed' }, isOpen: false });
  });

  it('of one that is not there can be waited for by nobody', async () => {
    expect(await bench.platform.stores.executions.detach(newId('exec'))).toBe(false);
  });
});
