import { beforeAll, describe, expect, it } from 'vitest';
import { localEvents } from '../../../infra/local/events.ts';
import { fromBridge, WRAPPED } from '../../../shared/events/bridge-event.ts';
import { dispatchEvent } from '../../../shared/events/dispatch.ts';
import type { PlatformEvent } from '../../../shared/events/event-bus.ts';
import { aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await aWorkbench();
});

const eventNode = (id: string, pattern: object) => ({
  id,
  name: id,
  type: 'trigger.event',
  parameters: { pattern },
});
const published = async (pattern: object, as = bench.owner) => {
  const { body } = await as('POST', '/workflows', {
    name: 'Waits',
    definition: { nodes: [eventNode('ev', pattern)] },
  });
  const answer = await as('POST', `/workflows/${body.id}/publish`);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return body.id as string;
};
const executionsOf = async (id: string) =>
  (await bench.admin('GET', `/executions?workflowId=${id}`)).body.data;
let sources = 0;
/** A source that no other test listens to. */
const aSource = () => {
  sources += 1;
  return `shop-${sources}`;
};
const anEvent = (source: string, more: object = {}) => ({ source, detailType: 'order.placed', ...more });
const platformEvent = (overrides: Partial<PlatformEvent>): PlatformEvent => ({
  id: 'e',
  source: 's',
  detailType: 't',
  detail: {},
  resources: [],
  time: '2026-03-02T09:00:00.000Z',
  ownerId: bench.people.owner.id,
  shared: false,
  hops: 0,
  ...overrides,
});

describe('an event', () => {
  it('starts what waits for it, with the event in the form of EventBridge', async () => {
    const source = aSource();
    const id = await published({ source: [source], detail: { total: [{ numeric: ['>', 100] }] } });
    const sent = await bench.owner('POST', '/events', {
      ...anEvent(source, {
        detail: { total: 250 },
        resources: ['order/7'],
        time: '2026-03-02T10:00:00+01:00',
      }),
      id: 'order-7',
    });
    await bench.owner('POST', '/events', anEvent(source, { detail: { total: 50 } }));
    expect(sent).toMatchObject({
      status: 202,
      body: { events: [{ id: 'order-7', time: '2026-03-02T09:00:00.000Z' }] },
    });

    const [execution, ...others] = await executionsOf(id);
    expect(others).toEqual([]);
    expect(execution).toMatchObject({
      triggerType: 'event',
      triggerDetail: `${source} order.placed order-7`,
    });
    const loaded = await bench.platform.stores.executions.load(execution.id);
    expect(loaded?.record.items).toEqual([
      {
        json: {
          version: '0',
          id: 'order-7',
          'detail-type': 'order.placed',
          source,
          time: '2026-03-02T09:00:00.000Z',
          resources: ['order/7'],
          detail: { total: 250 },
        },
      },
    ]);
  });

  it('with an id that came before is the same event', async () => {
    const source = aSource();
    const id = await published({ source: [source] });
    const send = () => bench.owner('POST', '/events', { ...anEvent(source), id: 'same' });
    await Promise.all([send(), send()]);
    await send();

    expect(await executionsOf(id)).toHaveLength(1);
  });

  it('comes one of several', async () => {
    const source = aSource();
    const id = await published({ source: [source], 'detail-type': ['a', 'b'] });
    const events = ['a', 'b', 'c'].map((detailType) => ({ source, detailType }));
    const sent = await bench.owner('POST', '/events', { events });

    expect(sent.body.events).toHaveLength(3);
    expect(await executionsOf(id)).toHaveLength(2);
  });

  it('finds patterns by source, by detail type, and those that name neither', async () => {
    const source = aSource();
    const patterns = [
      { source: [source, 'x1'] },
      { 'detail-type': [`${source}-type`] },
      { detail: { key: [source] } },
      { source: [{ prefix: source }] },
      { source: Array.from({ length: 9 }, (_, n) => (n === 8 ? source : `y${n}`)) },
      { $or: [{ source: [source] }, { 'detail-type': ['never'] }] },
    ];
    const ids = await Promise.all(patterns.map((pattern) => published(pattern)));
    await bench.owner('POST', '/events', { source, detailType: `${source}-type`, detail: { key: source } });

    for (const id of ids) expect(await executionsOf(id)).toHaveLength(1);
  });

  it('is seen by its owner’s workflows alone, unless an admin shares it', async () => {
    const source = aSource();
    const mine = await published({ source: [source] });
    const theirs = await published({ source: [source] }, bench.stranger);
    await bench.owner('POST', '/events', anEvent(source));
    await bench.admin('POST', '/events', anEvent(source));
    expect([(await executionsOf(mine)).length, (await executionsOf(theirs)).length]).toEqual([1, 0]);

    expect((await bench.owner('POST', '/events', anEvent(source, { shared: true }))).status).toBe(403);
    await bench.admin('POST', '/events', anEvent(source, { shared: true }));
    expect([(await executionsOf(mine)).length, (await executionsOf(theirs)).length]).toEqual([2, 1]);
  });

  it('of one owner does not take the id of another’s', async () => {
    const source = aSource();
    const id = await published({ source: [source] });
    await dispatchEvent(bench.platform, platformEvent({ source, id: 'same', shared: true }));
    await dispatchEvent(
      bench.platform,
      platformEvent({ source, id: 'same', shared: true, ownerId: 'usr_other' }),
    );

    expect(await executionsOf(id)).toHaveLength(2);
  });

  it('starts nothing once its workflow is unpublished, or waits for something else', async () => {
    const source = aSource();
    const id = await published({ source: [source] });
    await bench.owner('PUT', `/workflows/${id}`, {
      definition: { nodes: [eventNode('ev', { source: [`${source}-other`] })] },
    });
    await bench.owner('POST', `/workflows/${id}/publish`);
    await bench.owner('POST', '/events', anEvent(source));
    expect(await executionsOf(id)).toEqual([]);
    await bench.owner('POST', '/events', anEvent(`${source}-other`));
    await bench.owner('POST', `/workflows/${id}/unpublish`);
    await bench.owner('POST', '/events', anEvent(`${source}-other`));

    expect(await executionsOf(id)).toMatchObject([{ version: 2 }]);
  });

  it('that goes in a circle comes to an end', async () => {
    const source = aSource();
    const id = await published({ source: [source] });
    const send = (hops: string) => bench.owner('POST', '/events', anEvent(source), { 'stepwell-hops': hops });

    expect((await send('20')).status).toBe(202);
    expect(await send('21')).toMatchObject({ status: 508 });
    expect(await dispatchEvent(bench.platform, platformEvent({ source, hops: 21 }))).toEqual([]);
    expect(await executionsOf(id)).toHaveLength(1);
  });

  it('that could not be stored is an error, so that it comes again', async () => {
    const source = aSource();
    await published({ source: [source] });
    const { platform } = bench;
    const executions = { ...platform.stores.executions, accept: () => Promise.reject(new Error('no room')) };
    const full = {
      ...platform,
      stores: { ...platform.stores, subscriptions: platform.stores.subscriptions, executions },
    };

    await expect(dispatchEvent(full, platformEvent({ source }))).rejects.toThrow('no room');
  });

  it('that could not be stored keeps no other of its batch from starting what waits for it', async () => {
    const [full, other] = [aSource(), aSource()];
    const [first, second] = [await published({ source: [full] }), await published({ source: [other] })];
    const { platform } = bench;
    const { executions } = platform.stores;
    const accept: typeof executions.accept = (record, ...rest) =>
      record.workflowId === first ? Promise.reject(new Error('no room')) : executions.accept(record, ...rest);
    const stores = { ...platform.stores, executions: { ...executions, accept } };

    const putting = localEvents(() => ({ ...platform, stores })).put([
      platformEvent({ id: 'a', source: full, ownerId: bench.people.owner.id }),
      platformEvent({ id: 'b', source: other, ownerId: bench.people.owner.id }),
    ]);

    await expect(putting).rejects.toThrow('no room');
    expect(await executionsOf(second)).toHaveLength(1);
  });

  it.each([
    ['no source', { detailType: 't' }, '/source'],
    ['one of AWS’s', { source: 'aws.ec2', detailType: 't' }, '/source'],
    ['an odd id', { source: 's', detailType: 't', id: 'a b' }, '/id'],
    ['one in a list that is wrong', { events: [{ source: 's' }] }, '/events/0/detailType'],
    ['both one and a list', { source: 's', events: [{ source: 's', detailType: 't' }] }, '/source'],
    ['an empty list', { events: [] }, '/events'],
  ])('with %s is refused', async (_what, body, pointer) => {
    const answer = await bench.owner('POST', '/events', body);

    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((each: { pointer: string }) => each.pointer)).toContain(pointer);
  });

  it('larger than a bus takes is refused', async () => {
    const answer = await bench.owner(
      'POST',
      '/events',
      anEvent('s', { detail: { text: 'x'.repeat(210_000) } }),
    );

    expect(answer).toMatchObject({ status: 413, body: { code: 'request.tooLarge' } });
  });
});

describe('a pattern', () => {
  it('that is wrong is refused when it is published, with where', async () => {
    const definition = { nodes: [eventNode('ev', { source: [{ prefixx: 'a' }] })] };
    const { body } = await bench.owner('POST', '/workflows', { name: 'Wrong', definition });
    const answer = await bench.owner('POST', `/workflows/${body.id}/publish`);

    expect(answer.body.errors).toMatchObject([{ pointer: '/nodes/0/parameters/pattern/source/0/prefixx' }]);
  });

  it('is tried out on an event', async () => {
    const tried = (pattern: object) =>
      bench.owner('POST', '/events/test-pattern', {
        pattern,
        event: { source: 's', detailType: 't', detail: { n: 1 } },
      });

    expect((await tried({ detail: { n: [1] } })).body).toEqual({ matches: true, problem: null });
    expect((await tried({ detail: { n: [2] } })).body).toEqual({ matches: false, problem: null });
    expect((await tried({ detailType: ['t'] })).body).toMatchObject({
      matches: false,
      problem: { pointer: '/detailType' },
    });
  });
});

describe('what comes over a bus', () => {
  const bridged = {
    id: 'b-1',
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: 'b' } },
    resources: ['arn:aws:s3:::b'],
    time: '2026-03-02T09:00:00Z',
    account: '123456789012',
    region: 'eu-west-1',
  };

  it('of ours is what was put there', () => {
    const event = platformEvent({ shared: true, hops: 3 });

    expect(
      fromBridge({ ...bridged, source: 'stepwell', 'detail-type': WRAPPED, detail: event }, 'stepwell'),
    ).toEqual(event);
  });

  it('of somebody else is everybody’s', async () => {
    const event = fromBridge(bridged, 'stepwell');
    expect(event).toMatchObject({ ownerId: null, shared: true, source: 'aws.s3', hops: 0 });
    const id = await published({
      source: ['aws.s3'],
      account: ['123456789012'],
      detail: { bucket: { name: ['b'] } },
    });
    await dispatchEvent(bench.platform, event);

    expect(await executionsOf(id)).toHaveLength(1);
  });
});
