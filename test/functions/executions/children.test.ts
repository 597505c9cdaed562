import { beforeAll, describe, expect, it } from 'vitest';
import type { DefinitionInput } from '../../../engine/definition.ts';
import type { HttpPort } from '../../../engine/ports.ts';
import { manual, set } from '../definitions.ts';
import { aWorkbench, type Workbench } from '../workbench.ts';

/** Answers 500 for what is in here. */
const broken = new Set<string>();
const calls: string[] = [];
const exchange = (url: string) => {
  calls.push(url);
  return { status: broken.has(url) ? 500 : 200, headers: { 'content-type': 'application/json' }, url };
};
const BODY = new TextEncoder().encode('{"ok":true}');
const http: HttpPort = {
  request: async ({ url }) => ({ ...exchange(url), body: BODY }),
  stream: async ({ url }) => ({ ...exchange(url), body: chunks() }),
};
async function* chunks(): AsyncGenerator<Uint8Array> {
  yield BODY;
}

let bench: Workbench;
beforeAll(async () => {
  bench = await aWorkbench(http);
});

type Node = DefinitionInput['nodes'][number];
type Edge = NonNullable<DefinitionInput['edges']>[number];

const called: Node = { id: 'called', name: 'Called', type: 'trigger.workflow' };
const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ json: { n } }));

const saved = async (nodes: Node[], edges: Edge[], isPublished = true): Promise<string> => {
  const { body } = await bench.owner('POST', '/workflows', { name: 'W', definition: { nodes, edges } });
  if (isPublished) await bench.owner('POST', `/workflows/${body.id}/publish`);
  return body.id;
};

/** Runs until nothing moves any more: a child that ends while its parent's slice is under way is looked for again. */
const settle = async (id: string) => {
  for (let look = 0; look < 100; look += 1) {
    await bench.orchestrator.idle();
    const { body } = await bench.owner('GET', `/executions/${id}`);
    if (body.finishedAt !== null) return body;
    await bench.orchestrator.poke(id);
  }
  throw new Error('The execution does not end.');
};
const run = async (workflowId: string, items: unknown[] = numbers(3)) => {
  const { body } = await bench.owner('POST', `/workflows/${workflowId}/run`, { version: 'draft', items });
  return settle(body.id);
};

const double = () =>
  saved([called, { ...set({ twice: '{{ $json.n * 2 }}' }) }], [{ source: 'called', target: 'set' }]);
const sub = (parameters: object): Node => ({
  id: 'sub',
  name: 'Sub',
  type: 'flow.subworkflow',
  parameters: parameters as Node['parameters'],
});
const caller = (parameters: object) => saved([manual, sub(parameters)], [{ source: 'start', target: 'sub' }]);

describe('a workflow that another one calls', () => {
  it('runs as a child of its own', async () => {
    const workflowId = await double();
    const ended = await run(await caller({ workflowId, mode: 'perItem' }));
    expect(ended).toMatchObject({
      status: 'completed',
      output: [{ json: { twice: 0 } }, { json: { twice: 2 } }, { json: { twice: 4 } }],
    });
    const { body } = await bench.owner('GET', `/executions?workflowId=${workflowId}`);
    expect(body.data).toHaveLength(3);
    for (const child of body.data)
      expect(child).toMatchObject({ parentExecutionId: ended.id, status: 'completed' });
    const log = await bench.owner('GET', `/executions/${ended.id}/logs?nodeId=sub`);
    const told = log.body.data[0].children.map((child: { executionId: string }) => child.executionId);
    expect(told.toSorted()).toEqual(body.data.map(({ id }: { id: string }) => id).toSorted());
  });

  it.each([
    ['is not there', async () => 'wf_01jd0000000000000000000000', 'workflow.notFound'],
    ['is not published', () => saved([called], [], false), 'workflow.notPublished'],
    ['waits for no call', () => saved([manual], []), 'workflow.noTrigger'],
  ])('that %s fails the caller', async (_what, workflow, code) => {
    const ended = await run(await caller({ workflowId: await workflow() }));
    expect(ended).toMatchObject({ status: 'failed', errorCode: code, errorNodeId: 'sub' });
  });

  it('of somebody else is not there', async () => {
    const { body } = await bench.stranger('POST', '/workflows', {
      name: 'Theirs',
      definition: { nodes: [called] },
    });
    await bench.stranger('POST', `/workflows/${body.id}/publish`);
    const ended = await run(await caller({ workflowId: body.id }));
    expect(ended).toMatchObject({ status: 'failed', errorCode: 'workflow.notFound' });
  });

  it('that calls itself ends', async () => {
    const id = await saved([called], []);
    const { headers } = await bench.owner('GET', `/workflows/${id}`);
    const definition = {
      nodes: [called, sub({ workflowId: id })],
      edges: [{ source: 'called', target: 'sub' }],
    };
    await bench.owner('PUT', `/workflows/${id}`, { definition }, { 'if-match': headers.etag ?? '' });
    await bench.owner('POST', `/workflows/${id}/publish`);
    const ended = await run(await caller({ workflowId: id }), numbers(1));
    expect(ended).toMatchObject({ status: 'failed', errorCode: 'execution.tooManyHops' });
  });
});

describe('the batches of a map', () => {
  const mapped = () =>
    saved(
      [
        manual,
        { id: 'map', name: 'Map', type: 'flow.map', parameters: { concurrency: 2 } },
        {
          id: 'call',
          name: 'Call',
          type: 'http.request',
          parameters: { method: 'POST', url: 'https://x.test/{{ $json.n }}' },
        },
        { id: 'end', name: 'End', type: 'flow.noop' },
      ],
      [
        { source: 'start', target: 'map' },
        { source: 'map', sourcePort: 'item', target: 'call' },
        { source: 'call', target: 'map', targetPort: 'collect' },
        { source: 'map', sourcePort: 'done', target: 'end' },
      ],
    );

  it('are named in the log of the map, each with a log of its own', async () => {
    const ended = await run(await mapped());
    const logOf = async (id: string) => (await bench.owner('GET', `/executions/${id}/logs`)).body.data;
    const [first, map, end, ...others] = await logOf(ended.id);
    expect([first.nodeId, map.nodeId, end.nodeId, others]).toEqual(['start', 'map', 'end', []]);
    expect(first.children).toEqual([]);
    expect(map.children.map(({ status }: { status: string }) => status)).toEqual([
      'completed',
      'completed',
      'completed',
    ]);
    const given: number[] = [];
    for (const { executionId } of map.children) {
      const [start, call, ...rest] = await logOf(executionId);
      given.push(start.outputData.main[0].json.n);
      expect(call).toMatchObject({ nodeId: 'call', status: 'completed' });
      expect(rest).toEqual([]);
    }
    expect(given.toSorted()).toEqual([0, 1, 2]);
  });

  it('that failed are told from the others, with the node that did', async () => {
    broken.add('https://x.test/1');
    const ended = await run(await mapped());
    broken.clear();
    const { body } = await bench.owner('GET', `/executions/${ended.id}/logs?nodeId=map`);
    const failed = body.data[0].children.filter(({ status }: { status: string }) => status === 'failed');
    expect(failed).toHaveLength(1);
    const child = await bench.owner('GET', `/executions/${failed[0].executionId}`);
    expect(child.body).toMatchObject({ status: 'failed', errorNodeId: 'call', parentExecutionId: ended.id });
    expect((await bench.stranger('GET', `/executions/${failed[0].executionId}`)).status).toBe(404);
  });

  it('that never were leave their nodes skipped', async () => {
    const ended = await run(await mapped(), []);
    const { body } = await bench.owner('GET', `/executions/${ended.id}/logs`);
    const skipped = body.data.filter(({ status }: { status: string }) => status === 'skipped');
    expect(skipped.map(({ nodeId }: { nodeId: string }) => nodeId)).toContain('call');
  });

  it('run as executions that no list shows', async () => {
    const workflowId = await mapped();
    expect(await run(workflowId)).toMatchObject({
      status: 'completed',
      output: [{ json: { ok: true } }, { json: { ok: true } }, { json: { ok: true } }],
    });
    const { body } = await bench.owner('GET', `/executions?workflowId=${workflowId}`);
    expect(body.data).toHaveLength(1);
  });

  it('are removed with their execution; a workflow that was called is not', async () => {
    const { executions } = bench.platform.stores;
    const whole = await run(await mapped());
    const inbox = await executions.readInbox(whole.id);
    expect(inbox).toHaveLength(3);
    await bench.owner('DELETE', `/executions/${whole.id}`);
    for (const { waitId } of inbox) expect(await executions.get(waitId)).toBeNull();

    const calling = await run(await caller({ workflowId: await double() }));
    const [child] = (await bench.owner('GET', '/executions')).body.data.filter(
      ({ parentExecutionId }: { parentExecutionId: string | null }) => parentExecutionId === calling.id,
    );
    await bench.owner('DELETE', `/executions/${calling.id}`);
    expect(await executions.get(child.id)).toMatchObject({ status: 'completed' });
  });

  it('that failed are the only ones a retry runs', async () => {
    broken.add('https://x.test/1');
    const failed = await run(await mapped());
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'http.status', errorNodeId: 'map' });
    broken.clear();
    calls.length = 0;
    const { body } = await bench.owner('POST', `/executions/${failed.id}/retry`, { from: 'failedNode' });
    expect(await settle(body.id)).toMatchObject({ status: 'completed', output: [{}, {}, {}] });
    expect(calls).not.toContain('https://x.test/0');
    expect(calls).toContain('https://x.test/1');
  });

  it('of which the parent left something that is gone fail it', async () => {
    const { payloads } = bench.platform;
    const workflowId = await mapped();
    const { body } = await bench.owner('POST', `/workflows/${workflowId}/run`, {
      version: 'draft',
      items: numbers(1),
    });
    await payloads.put(`${body.id}/body-map.0`, new TextEncoder().encode('{"schema":1}'));
    const ended = await settle(body.id);
    expect([undefined, 'payload.corrupt', null]).toContain(ended.errorCode);
    expect(ended.finishedAt).not.toBeNull();
  });
});
