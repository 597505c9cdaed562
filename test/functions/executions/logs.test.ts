import { beforeEach, describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../engine/interpreter/event.ts';
import { acceptedIn, appendTo } from '../../shared/executions/executions-at-rest.ts';
import { chain, manual, set } from '../definitions.ts';
import { aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await aWorkbench();
});

const NOW = Date.UTC(2026, 0, 15, 12);
const steps = ['a', 'b', 'c', 'd', 'e'];
const definition = chain(manual, ...steps.map((id) => ({ ...set({ n: '1' }), id, name: id })));
const started: JournalEvent = {
  type: 'executionStarted',
  at: NOW,
  engine: '0',
  triggerNodeId: 'start',
  items: [{ json: { n: 0 } }],
};
const succeeded = (index: number): JournalEvent => ({
  type: 'nodeSucceeded',
  at: NOW + index,
  startedAt: NOW,
  run: steps[index] ?? '',
  nodeId: steps[index] ?? '',
  attempt: 1,
  inputs: [{ run: steps[index - 1] ?? 'start', sourcePort: 'main', targetPort: 'main' }],
  outputs: { main: [{ json: { n: index + 1 } }] },
  pairing: { main: 'same' },
});

/** An execution under way whose journal has a segment for the start and one for each step done. */
const underWay = async (done: number): Promise<string> => {
  const { id } = await acceptedIn(bench, definition);
  await appendTo(bench, id, [started]);
  for (let index = 0; index < done; index += 1) await appendTo(bench, id, [succeeded(index)]);
  return id;
};
const logs = async (id: string, query: string) =>
  (await bench.owner('GET', `/executions/${id}/logs${query}`)).body;
const told = (body: { data: { nodeId: string; status: string }[] }) =>
  body.data.map(({ nodeId, status }) => `${nodeId} ${status}`);

describe('a log longer than a page', () => {
  it('is read in pieces of the journal, each with what came to its nodes', async () => {
    const id = await underWay(4);

    const first = await logs(id, '?limit=2');
    const second = await logs(id, `?limit=2&cursor=${first.nextCursor}`);
    const third = await logs(id, `?limit=2&cursor=${second.nextCursor}`);

    expect([told(first), told(second), told(third)]).toEqual([
      ['start completed', 'a completed'],
      ['b completed', 'c completed'],
      ['d completed', 'e pending'],
    ]);
    expect(third.nextCursor).toBeNull();
    expect(second.data[0].inputData).toEqual({ main: [{ json: { n: 1 } }] });
    expect(third.data[0].inputData).toEqual({ main: [{ json: { n: 3 } }] });
  });

  it('can be read by node', async () => {
    const id = await underWay(4);
    const found = await logs(id, '?limit=1&nodeId=c');
    expect(told(found)).toEqual(['c completed']);
  });

  it('takes no cursor but its own', async () => {
    const id = await underWay(1);
    for (const bad of ['x', '1', '1.x', '-1.0', '1.1.1'])
      expect((await bench.owner('GET', `/executions/${id}/logs?cursor=${bad}`)).body.code).toBe(
        'request.cursor',
      );
    expect((await bench.owner('GET', `/executions/${id}/logs?cursor=0.0&after=0.0`)).status).toBe(400);
  });
});

describe('what follows in a log', () => {
  it('is waited for', async () => {
    const id = await underWay(2);
    const { after } = await logs(id, '');

    const waiting = logs(id, `?after=${after}&wait=10`);
    await appendTo(bench, id, [succeeded(2)]);
    const news = await waiting;

    expect(told(news)).toEqual(['c completed', 'd pending']);
    expect(told(await logs(id, `?after=${news.after}`))).toEqual(['d pending']);
  });

  it('is not waited for when the execution has ended', async () => {
    const { body } = await bench.owner('POST', '/workflows', { name: 'Any', definition });
    const { body: run } = await bench.owner('POST', `/workflows/${body.id}/run?wait=10`, {});
    const { after } = await logs(run.id, '');
    const began = Date.now();
    expect((await logs(run.id, `?after=${after}&wait=20`)).data).toEqual([]);
    expect(Date.now() - began).toBeLessThan(5_000);
  });
});

describe('fields marked to be redacted', () => {
  const items = [
    {
      json: {
        card: { number: '4111', holder: 'Zoë' },
        lines: [{ price: 1 }, { price: 2 }],
        headers: { a: 1 },
      },
    },
  ];
  const pass = { id: 'pass', name: 'Pass', type: 'flow.noop' };
  const marked = chain(manual, {
    ...pass,
    redact: ['card.number', 'lines.price', 'headers.*', 'nowhere.at.all'],
  });

  it('are shown neither in the log nor in the output, and reach the nodes as they are', async () => {
    const check = { ...set({ seen: '{{ $json.card.number }}' }), id: 'check', name: 'Check' };
    const { body } = await bench.owner('POST', '/workflows', {
      name: 'Any',
      definition: {
        nodes: [...marked.nodes, check],
        edges: [...(marked.edges ?? []), { source: 'pass', target: 'check' }],
      },
    });
    const { body: run } = await bench.owner('POST', `/workflows/${body.id}/run?wait=10`, { items });
    expect(run.output).toEqual([{ json: { seen: '4111' } }]);

    const hidden = {
      card: { number: '[redacted]', holder: 'Zoë' },
      lines: [{ price: '[redacted]' }, { price: '[redacted]' }],
      headers: { a: '[redacted]' },
    };
    const log = await logs(run.id, '');
    expect(log.data[0].outputData).toEqual({ main: [{ json: hidden }] });
    expect(log.data[1]).toMatchObject({
      inputData: { main: [{ json: hidden }] },
      outputData: { main: [{ json: hidden }] },
    });
  });

  it('later hide what is there already', async () => {
    const { body } = await bench.owner('POST', '/workflows', {
      name: 'Any',
      definition: chain(manual, pass),
    });
    const { body: run } = await bench.owner('POST', `/workflows/${body.id}/run?wait=10`, { items });
    expect(JSON.stringify(run.output)).toContain('4111');

    const all = chain(manual, { ...pass, redact: ['*'] });
    await bench.owner('PUT', `/workflows/${body.id}`, { definition: all });

    expect(JSON.stringify(await logs(run.id, ''))).not.toContain('4111');
    expect((await bench.owner('GET', `/executions/${run.id}`)).body.output[0].json.card).toBe('[redacted]');
  });
});
