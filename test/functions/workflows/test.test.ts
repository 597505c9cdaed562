import { beforeEach, describe, expect, it } from 'vitest';
import type { DefinitionInput } from '../../../engine/definition.ts';
import { chain, manual, set } from '../definitions.ts';
import { answering, aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
let called: string[];
beforeEach(async () => {
  called = [];
  bench = await aWorkbench(
    answering(({ url }) => {
      called.push(url.slice('https://example.com/'.length));
      return 200;
    }),
  );
});

const call = (id: string, more: object = {}) => ({
  id,
  name: id.toUpperCase(),
  type: 'http.request',
  parameters: { method: 'POST', url: `https://example.com/${id}` },
  ...more,
});
const items = (...jsons: Record<string, number>[]) => jsons.map((json) => ({ json }));

const aDraft = async (definition: DefinitionInput): Promise<string> =>
  (await bench.owner('POST', '/workflows', { name: 'Any', definition })).body.id;
const test = async (definition: DefinitionInput, body: object = {}) =>
  bench.owner('POST', `/workflows/${await aDraft(definition)}/test?wait=10`, body);
const nodesRun = async (executionId: string): Promise<string[]> =>
  (await bench.owner('GET', `/executions/${executionId}/logs`)).body.data.map(
    (row: { nodeId: string; status: string }) => `${row.nodeId} ${row.status}`,
  );

describe('testing a draft', () => {
  it('runs it all, with pinned items in place of the nodes that have some', async () => {
    const definition = chain(manual, call('a', { pinnedItems: items({ n: 5 }) }), call('b'), {
      ...set({ n: '{{ $node("A").json.n }}' }),
    });

    const done = await test(definition);

    expect(done).toMatchObject({
      status: 200,
      body: {
        status: 'completed',
        mode: 'test',
        triggerType: 'manual',
        triggerDetail: 'test',
        output: items({ n: 5 }),
      },
    });
    expect(done.headers.location).toBe(`/api/v1/executions/${done.body.id}`);
    expect(called).toEqual(['b']);
  });

  it('takes pins of the request over those of the definition, and an unsaved definition over the saved one', async () => {
    const saved = chain(manual, set({ v: 'saved' }));
    const unsaved = chain(manual, call('a', { pinnedItems: items({ n: 1 }) }), {
      ...set({ n: '{{ $json.n }}' }),
    });

    const done = await test(saved, { definition: unsaved, pinned: { a: items({ n: 2 }) } });

    expect(done.body.output).toEqual(items({ n: 2 }));
    expect(called).toEqual([]);
    expect((await bench.owner('GET', `/workflows/${done.body.workflowId}`)).body.version).toBe(1);
    expect(await nodesRun(done.body.id)).toEqual(['start completed', 'a completed', 'set completed']);
  });

  it('begins with the items of the request, or those pinned to the trigger', async () => {
    const definition = chain({ ...manual, pinnedItems: items({ n: 1 }) }, set({ n: '{{ $json.n }}' }));

    expect((await test(definition)).body.output).toEqual(items({ n: 1 }));
    expect((await test(definition, { items: items({ n: 2 }) })).body.output).toEqual(items({ n: 2 }));
  });

  it('is no execution that can be retried', async () => {
    const { body } = await test(chain(manual));
    const refused = await bench.owner('POST', `/executions/${body.id}/retry`, { from: 'start' });
    expect(refused.body.code).toBe('execution.cannotRetry');
  });
});

describe('testing up to a node', () => {
  it('runs what leads to it and nothing else, whatever is wrong elsewhere', async () => {
    const definition: DefinitionInput = {
      nodes: [manual, call('a'), call('b'), call('side'), { id: 'x', name: 'X', type: 'not.there.yet' }],
      edges: [
        { source: 'start', target: 'a' },
        { source: 'a', target: 'b' },
        { source: 'b', target: 'x' },
        { source: 'start', target: 'side' },
      ],
    };

    const done = await test(definition, { upTo: 'b' });

    expect(done.body).toMatchObject({ status: 'completed' });
    expect(called).toEqual(['a', 'b']);
    expect(await nodesRun(done.body.id)).toEqual(['start completed', 'a completed', 'b completed']);
  });
});

describe('testing one node', () => {
  const definition = chain(manual, call('a', { pinnedItems: items({ n: 7 }) }), call('b'), call('c'), {
    ...set({ n: '{{ $node("A").json.n }}', m: '{{ $json.m }}' }),
  });

  it('gives it items, and what is pinned before it to its expressions', async () => {
    const done = await test(definition, { node: 'set', items: items({ m: 1 }, { m: 2 }) });

    expect(done.body.output).toEqual(items({ n: 7, m: 1 }, { n: 7, m: 2 }));
    expect(called).toEqual([]);
  });

  it('behind a trigger takes what the trigger brings', async () => {
    const done = await test(chain(manual, set({ n: '{{ $json.n }}' })), {
      node: 'set',
      items: items({ n: 1 }),
    });
    expect(done.body.output).toEqual(items({ n: 1 }));
  });

  it('that acts does act', async () => {
    await test(definition, { node: 'b' });
    expect(called).toEqual(['b']);
  });

  it('leaves by whichever port the node before it was to leave by', async () => {
    const branching: DefinitionInput = {
      nodes: [
        manual,
        { id: 'big', name: 'Big?', type: 'flow.if', parameters: { condition: '{{ $json.n > 1 }}' } },
        set({ n: '{{ $json.n }}' }),
      ],
      edges: [
        { source: 'start', target: 'big' },
        { source: 'big', sourcePort: 'false', target: 'set' },
      ],
    };
    const done = await test(branching, { node: 'set', pinned: { big: items({ n: 9 }) } });
    expect(done.body.output).toEqual(items({ n: 9 }));
  });

  it('says what it needs', async () => {
    const refused = await test(definition, { node: 'c' });
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ pointer: '/pinned/b', nodeId: 'b' }] },
    });
    expect(called).toEqual([]);
  });
});

describe('a test is refused', () => {
  it.each([
    [{ node: 'nowhere' }, 400, '/node'],
    [{ upTo: 'nowhere' }, 400, '/upTo'],
    [{ node: 'set', upTo: 'set' }, 400, '/upTo'],
    [{ node: 'start' }, 400, '/node'],
    [{ triggerNodeId: 'set' }, 400, '/triggerNodeId'],
    [{ pinned: { nowhere: [] } }, 400, '/pinned/nowhere'],
    [{ pinned: { set: [{ json: 1 }] } }, 400, '/pinned/set/0/json'],
    [{ definition: { nodes: [] } }, 422, '/nodes'],
  ])('for %j', async (body, status, pointer) => {
    const refused = await test(chain(manual, set({ n: '1' })), body);
    expect(refused).toMatchObject({ status, body: { errors: [{ pointer }] } });
  });

  it('to whom the workflow does not belong', async () => {
    const id = await aDraft(chain(manual));
    expect((await bench.stranger('POST', `/workflows/${id}/test`, {})).status).toBe(404);
  });
});
