import { beforeEach, describe, expect, it } from 'vitest';
import type { DefinitionInput } from '../../../engine/definition.ts';
import { newId } from '../../../shared/ids.ts';
import type { ExecutionRecord } from '../../../shared/store/execution-record.ts';
import type { JournalWriter } from '../../../shared/store/executions.ts';
import { sealVariable } from '../../../shared/variables/secret-value.ts';
import { chain, manual, set } from '../../functions/definitions.ts';
import { aWorkbench, type Workbench } from '../../functions/workbench.ts';
import { acceptedIn, begunIn } from './executions-at-rest.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await aWorkbench();
});

const accepted = (written: DefinitionInput): Promise<ExecutionRecord> => acceptedIn(bench, written);

const options = (writer: { writerId?: string; generation?: string | null; leaseUntil?: number } = {}) => ({
  deadline: Date.now() + 10_000,
  waitingCaller: false,
  writer: { writerId: 'one', generation: 'now', leaseUntil: Date.now() + 60_000, ...writer },
  signal: new AbortController().signal,
});
const recordOf = (id: string) => bench.platform.stores.executions.get(id);

const begun = async (writer: JournalWriter, triggerNodeId?: string): Promise<string> =>
  (await begunIn(bench, writer, triggerNodeId)).id;

describe('interpreting an execution', () => {
  it('ends it, and finds nothing to do the second time', async () => {
    const { id } = await accepted(chain(manual, set({ a: '1' })));

    expect(await bench.interpret(id, options())).toEqual({ kind: 'done', status: 'completed' });
    const record = await recordOf(id);
    expect(await bench.interpret(id, options())).toEqual({ kind: 'done', status: 'completed' });
    expect(await recordOf(id)).toEqual(record);
  });

  it('tells where in the journal it began and ended', async () => {
    const { id } = await accepted(chain(manual, set({ a: '1' })));
    const places: object[] = [];
    const watched = { ...options(), onPlace: (place: object) => places.push(place) };

    await bench.interpret(id, watched);
    const loaded = await bench.platform.stores.executions.load(id);

    expect(places).toEqual([
      { read: 0, now: 0 },
      { read: 0, now: loaded?.position },
    ]);
    expect(loaded?.position).toBeGreaterThan(0);
  });

  it('that was deleted has nothing to do', async () => {
    expect(await bench.interpret(newId('exec'), options())).toMatchObject({ kind: 'done' });
  });

  it('fails one whose definition does not compile any more', async () => {
    const { id } = await accepted(chain(manual, { id: 'gone', name: 'Gone', type: 'no.longer' }));

    expect(await bench.interpret(id, options())).toEqual({ kind: 'done', status: 'failed' });
    expect(await recordOf(id)).toMatchObject({
      status: 'failed',
      errorCode: 'node.unknownType',
      errorMessage: expect.stringContaining('no.longer'),
      finishedAt: expect.any(String),
    });
  });

  it('fails one whose version was deleted', async () => {
    const { id, workflowId } = await accepted(chain(manual));
    await bench.platform.stores.workflows.remove(workflowId);

    expect(await bench.interpret(id, options())).toEqual({ kind: 'done', status: 'failed' });
    expect(await recordOf(id)).toMatchObject({ errorCode: 'execution.versionMissing' });
  });

  it('writes into the row what the journal had ended with when a crash came between', async () => {
    const { id } = await accepted(chain(manual));
    const { executions } = bench.platform.stores;
    const loaded = await executions.load(id);
    if (!loaded) throw new Error('There is no execution.');
    const journal = executions.journal(loaded, options().writer);
    const end = { type: 'executionFinished', at: Date.now(), status: 'completed', output: [] } as const;
    await journal.append([end], { kind: 'open' });

    expect(await bench.interpret(id, options())).toEqual({ kind: 'done', status: 'completed' });
    expect(await recordOf(id)).toMatchObject({ status: 'completed', finishedAt: expect.any(String) });
  });

  it('fails one that brought the interpreter down five times at the same place', async () => {
    const id = await begun({ writerId: 'other', generation: 'before', leaseUntil: 1 }, 'no-such-node');

    for (let attempt = 1; attempt < 5; attempt += 1) {
      await expect(bench.interpret(id, options())).rejects.toThrow('no-such-node');
    }
    expect(await bench.interpret(id, options())).toEqual({ kind: 'done', status: 'failed' });
    expect(await recordOf(id)).toMatchObject({
      errorCode: 'execution.poisoned',
      errorMessage: expect.stringContaining('no-such-node'),
    });
  });
});

describe('a lease', () => {
  it('of another writer who may still be at work is waited for', async () => {
    const leaseUntil = Date.now() + 60_000;
    const id = await begun({ writerId: 'other', generation: null, leaseUntil });

    expect(await bench.interpret(id, options({ generation: null }))).toEqual({
      kind: 'busy',
      until: leaseUntil,
    });
  });

  it.each([
    ['that has run out', { generation: null, leaseUntil: 1 }, null],
    ['of an earlier life of this machine', { generation: 'before', leaseUntil: Date.now() + 60_000 }, 'now'],
    [
      'of a slice of this process that has ended',
      { generation: 'now', leaseUntil: Date.now() + 60_000 },
      'now',
    ],
  ])('%s is free', async (_, writer, generation) => {
    const id = await begun({ writerId: 'other', ...writer });

    expect(await bench.interpret(id, options({ generation }))).toMatchObject({
      kind: 'done',
      status: 'completed',
    });
  });
});

describe('what a workflow is told of the world', () => {
  it('are its name and the variables of its owner and its own', async () => {
    const fields = {
      name: '{{ $workflow.name }}',
      rate: '{{ $vars.rate }}',
      list: '{{ $vars.list }}',
      flag: '{{ $vars.flag }}',
    };
    const { id, workflowId } = await accepted(chain(manual, set(fields)));
    const { variables } = bench.platform.stores;
    const [createdBy, other] = [bench.people.owner.id, bench.people.stranger.id];
    const global = { scope: 'global', workflowId: null, createdBy } as const;
    await variables.create({ ...global, name: 'rate', type: 'number', value: '1' });
    await variables.create({ ...global, name: 'list', type: 'json', value: '[1,"🧾"]' });
    await variables.create({ ...global, name: 'flag', type: 'boolean', value: 'true' });
    await variables.create({ ...global, name: 'flag', type: 'boolean', value: 'false', createdBy: other });
    await variables.create({
      ...global,
      scope: 'workflow',
      workflowId,
      name: 'rate',
      type: 'number',
      value: '2.5',
    });

    await bench.interpret(id, options());

    const { body } = await bench.owner('GET', `/executions/${id}`);
    expect(body.output).toEqual([{ json: { name: 'Any', rate: 2.5, list: [1, '🧾'], flag: true } }]);
  });

  const keep = async (value: string) => {
    const id = newId('var');
    const createdBy = bench.people.owner.id;
    const sealed = await sealVariable(bench.platform.vault, { id, createdBy }, value);
    const global = { scope: 'global', workflowId: null, type: 'string', isSecret: true } as const;
    await bench.platform.stores.variables.create({ ...global, name: 'key', value: sealed, createdBy }, id);
    return id;
  };

  it('takes secret variables out of what nodes give', async () => {
    const { id } = await accepted(
      chain(manual, set({ a: 'Bearer {{ $vars.key }}', b: '{{ $vars.key & "" }}' })),
    );
    await keep('canary-4711');

    await bench.interpret(id, options());

    const { body } = await bench.owner('GET', `/executions/${id}`);
    expect(body.output).toEqual([{ json: { a: 'Bearer [redacted]', b: '' } }]);
  });

  it('fails an execution whose secret variable cannot be read', async () => {
    const { id } = await accepted(chain(manual, set({ a: '{{ $vars.key }}' })));
    await bench.platform.stores.variables.update(await keep('x'), { value: 'something else' });

    expect(await bench.interpret(id, options())).toEqual({ kind: 'done', status: 'failed' });

    const { body } = await bench.owner('GET', `/executions/${id}`);
    expect(body.errorCode).toBe('variable.unreadable');
  });
});
