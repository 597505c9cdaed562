import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionFinished, JournalEvent } from '../../engine/interpreter/event.ts';
import type { Item } from '../../engine/item.ts';
import { OPEN_SHARDS, shardOf } from '../../shared/store/execution-keys.ts';
import { anExecution, HARD_TEXT } from './store-builders.ts';
import { type TestStores, testStores } from './test-database.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const writer = (writerId: string) => ({ writerId, leaseUntil: NOW + 60_000, generation: 'g1' });
const parked: JournalEvent = { type: 'parked', at: NOW, wakeAt: null };
const finished: ExecutionFinished = { type: 'executionFinished', at: NOW + 5, status: 'completed' };

const DAYS = 86_400_000;

let world: TestStores;
let now = NOW;
beforeAll(async () => {
  world = await testStores({ clock: { now: () => now }, spillBytes: 20_000 });
});
afterAll(() => world.stop());

const accepted = async (overrides = {}) => {
  const { record } = await world.stores.executions.accept(anExecution(overrides));
  return record;
};

const load = async (id: string) => {
  const loaded = await world.stores.executions.load(id);
  if (!loaded) throw new Error(`${id} is not there`);
  return loaded;
};

describe('accepting', () => {
  it('keeps the row and what the trigger brought', async () => {
    const items = [{ json: { [HARD_TEXT]: HARD_TEXT, nested: { list: [1, null, true] } } }];

    const record = await accepted({ items, triggerDetail: HARD_TEXT });

    expect(await world.stores.executions.get(record.id)).toEqual({ ...record, items: [] });
    expect(await load(record.id)).toEqual({
      record,
      events: [],
      position: 0,
      lease: null,
      inbox: [],
      snapshot: null,
      isOpen: true,
      unaccepted: null,
    });
    expect(record).toMatchObject({
      status: 'pending',
      startedAt: '2026-01-15T12:00:00.000Z',
      finishedAt: null,
    });
  });

  it('under one id happens once, however many try at the same moment', async () => {
    const attempts = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        world.stores.executions.accept(anExecution({ id: 'exec_same', items: [{ json: { index } }] })),
      ),
    );

    expect(attempts.filter(({ created }) => created)).toHaveLength(1);
    const winner = attempts.find(({ created }) => created)?.record.items;
    expect((await load('exec_same')).record.items).toEqual(winner);
  });

  it('puts large items aside and reads them back', async () => {
    const text = Array.from({ length: 30_000 }, (_, index) => (index * 7919).toString(36)).join('');

    const record = await accepted({ items: [{ json: { text } }] });

    expect((await load(record.id)).record.items).toEqual([{ json: { text } }]);
  });
});

describe('an execution that is not accepted', () => {
  const prepared = (overrides = {}) => world.stores.executions.prepare(anExecution(overrides));
  const started = (items: readonly Item[]): JournalEvent => ({
    type: 'executionStarted',
    at: NOW,
    engine: '1',
    triggerNodeId: 'start',
    items,
  });

  it('is stored by an append that is its last, row and journal in one item, and is open nowhere', async () => {
    const loaded = prepared({ id: 'exec_whole', workflowId: 'wf_whole' });
    const events = [started(loaded.record.items), finished];

    expect(await world.stores.executions.get('exec_whole')).toBeNull();
    const journal = world.stores.executions.journal(loaded, writer('a'), () => true);
    expect(await journal.append(events, { kind: 'final' })).toBe(true);
    expect([journal.isClosed(), journal.position()]).toEqual([true, 2]);

    const record = { ...loaded.record, status: 'completed', finishedAt: '2026-01-15T12:00:00.005Z' };
    expect(await load('exec_whole')).toEqual({
      record,
      events,
      position: 2,
      lease: null,
      inbox: [],
      snapshot: null,
      isOpen: false,
      unaccepted: null,
    });
    const page = await world.stores.executions.listByWorkflow('wf_whole', { limit: 5, caller: 'any' });
    expect(page.data).toEqual([{ ...record, items: [] }]);
    expect(await world.stores.executions.listOpen(shardOf('exec_whole'))).not.toContain('exec_whole');
  });

  it('is accepted by an append that is not its last, and open until it is over', async () => {
    const loaded = prepared({ id: 'exec_parts' });
    const journal = world.stores.executions.journal(loaded, writer('a'));

    expect(await journal.append([started(loaded.record.items)], { kind: 'open' })).toBe(true);
    expect(await load('exec_parts')).toMatchObject({ record: { status: 'running' }, position: 1 });
    expect(await world.stores.executions.listOpen(shardOf('exec_parts'))).toContain('exec_parts');
    expect(await journal.append([finished], { kind: 'final' })).toBe(true);
    expect(await load('exec_parts')).toMatchObject({ record: { status: 'running' }, position: 2 });
  });

  it('stays open when its end has consequences, until these are done', async () => {
    const loaded = prepared({ id: 'exec_owing' });
    const journal = world.stores.executions.journal(loaded, writer('a'), () => false);

    await journal.append([started(loaded.record.items), finished], { kind: 'final' });

    expect(journal.isClosed()).toBe(false);
    expect(await world.stores.executions.listOpen(shardOf('exec_owing'))).toContain('exec_owing');
    expect(await world.stores.executions.head('exec_owing')).toMatchObject({ position: 2, lease: null });
    await world.stores.executions.settle({ id: 'exec_owing', ownerId: 'usr_1', lifetime: 'short' }, finished);
    expect(await load('exec_owing')).toMatchObject({ record: { status: 'completed' }, position: 2 });
    expect(await world.stores.executions.listOpen(shardOf('exec_owing'))).not.toContain('exec_owing');
  });

  it('waits as it says when its first append parks it', async () => {
    const loaded = prepared();
    const wait = { kind: 'retry', until: NOW + 9 } as const;

    await world.stores.executions
      .journal(loaded, writer('a'))
      .append([started([]), parked], { kind: 'parked', wakeAt: NOW + 9, wait });

    expect(await load(loaded.record.id)).toMatchObject({ record: { status: 'running', wait }, lease: null });
  });

  it.each(['open', 'final'] as const)('gives way to one that was stored under its id: %s', async (kind) => {
    const id = `exec_taken_${kind}`;
    await accepted({ id, items: [{ json: { first: true } }] });
    const journal = world.stores.executions.journal(prepared({ id }), writer('b'));

    expect(await journal.append([started([]), finished], { kind })).toBe(false);
    expect(await load(id)).toMatchObject({
      events: [],
      record: { status: 'pending', items: [{ json: { first: true } }] },
    });
  });

  it('does not touch what the first of its id has put aside', async () => {
    const text = Array.from({ length: 30_000 }, (_, index) => (index * 7919).toString(36)).join('');
    const first = await accepted({ id: 'exec_aside', items: [{ json: { text } }] });
    const second = prepared({ id: 'exec_aside', items: [{ json: { text: `${text}x` } }] });

    await world.stores.executions.journal(second, writer('b')).append([finished], { kind: 'final' });

    expect((await load('exec_aside')).record.items).toEqual(first.items);
  });
});

describe('the journal', () => {
  it('is read back in order, with the position of the next event and the lease of the last writer', async () => {
    const { id } = await accepted();
    const journal = world.stores.executions.journal(await load(id), writer('a'));

    await journal.append([parked, parked], { kind: 'open' });
    await journal.append([{ ...parked, at: NOW + 1 }], { kind: 'open' });

    expect(await load(id)).toMatchObject({
      events: [parked, parked, { ...parked, at: NOW + 1 }],
      position: 3,
      lease: { writerId: 'a', until: NOW + 60_000, generation: 'g1' },
      record: { status: 'running' },
    });
  });

  it('lets one of two writers append and turns the other away, again and again', async () => {
    const { id } = await accepted();
    const start = await load(id);
    const first = world.stores.executions.journal(start, writer('a'));
    const second = world.stores.executions.journal(start, writer('b'));

    const outcomes = await Promise.all([
      first.append([parked], { kind: 'open' }),
      second.append([parked], { kind: 'open' }),
    ]);
    const loser = outcomes[0] ? second : first;

    expect([...outcomes].sort()).toEqual([false, true]);
    expect(await loser.append([finished], { kind: 'final' })).toBe(false);
    expect(await load(id)).toMatchObject({ events: [parked], record: { status: 'running' } });
  });

  it('holds no lease once its writer has parked', async () => {
    const { id } = await accepted();
    const journal = world.stores.executions.journal(await load(id), writer('a'));

    await journal.append([parked], {
      kind: 'parked',
      wakeAt: NOW + 9,
      wait: { kind: 'retry', until: NOW + 9 },
    });

    expect(await load(id)).toMatchObject({
      lease: null,
      record: { wait: { kind: 'retry', until: NOW + 9 } },
    });
  });

  it('spills large segments, and says so when what was put aside is gone or changed', async () => {
    const { id } = await accepted();
    const text = Array.from({ length: 30_000 }, (_, index) => (index * 104_729).toString(36)).join('');
    const events: JournalEvent[] = [
      { type: 'executionStarted', at: NOW, engine: '1', triggerNodeId: 'start', items: [{ json: { text } }] },
    ];
    await world.stores.executions.journal(await load(id), writer('a')).append(events, { kind: 'open' });
    expect((await load(id)).events).toEqual(events);

    await world.connection.payloads.removePrefix(`long/${id}/`);

    await expect(load(id)).rejects.toMatchObject({ code: 'payload.missing' });
  });

  it('closes the row with what the final event says and leaves the index of open executions', async () => {
    const { id } = await accepted();
    expect(await world.stores.executions.listOpen(shardOf(id))).toContain(id);

    await world.stores.executions.settle(
      { id, ownerId: 'usr_1', lifetime: 'short' },
      {
        ...finished,
        status: 'failed',
        error: { code: 'http.status', message: HARD_TEXT, retryable: false, nodeId: 'tell' },
      },
    );

    expect(await world.stores.executions.get(id)).toMatchObject({
      status: 'failed',
      finishedAt: '2026-01-15T12:00:00.005Z',
      errorCode: 'http.status',
      errorMessage: HARD_TEXT,
      errorNodeId: 'tell',
    });
    const open = await Promise.all(
      Array.from({ length: OPEN_SHARDS }, (_, shard) => world.stores.executions.listOpen(shard)),
    );
    expect(open.flat()).not.toContain(id);
  });
});

describe('the inbox', () => {
  it('keeps the first answer and refuses a second', async () => {
    const { id } = await accepted();
    const item = { kind: 'cancel', waitId: 'x', at: NOW, by: HARD_TEXT } as const;

    await world.stores.executions.putInbox(id, item);

    await expect(world.stores.executions.putInbox(id, { ...item, at: NOW + 1 })).rejects.toMatchObject({
      code: 'resource.conflict',
    });
    expect(await world.stores.executions.readInbox(id)).toEqual([item]);
    expect((await load(id)).inbox).toEqual([item]);
  });
});

describe('lists', () => {
  it('page newest first through everything once, by workflow and by owner', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) {
      now = NOW + index * 1000;
      ids.unshift((await accepted({ workflowId: 'wf_list', ownerId: 'usr_list' })).id);
    }
    const { executions } = world.stores;
    const pages = { workflow: executions.listByWorkflow, owner: executions.listByOwner };

    for (const [of, list] of Object.entries(pages)) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list(of === 'workflow' ? 'wf_list' : 'usr_list', {
          limit: 3,
          cursor,
          caller: 'me',
        });
        seen.push(...page.data.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(seen).toEqual(ids);
    }
  });

  it('filter by status and by time', async () => {
    const { executions } = world.stores;
    const page = (filters: object) =>
      executions.listByWorkflow('wf_list', { limit: 50, caller: 'me', ...filters });

    expect((await page({ status: 'completed' })).data).toEqual([]);
    expect((await page({ startedAfter: new Date(NOW + 4000).toISOString() })).data).toHaveLength(2);
    expect((await page({ startedBefore: new Date(NOW + 2000).toISOString() })).data).toHaveLength(2);
  });

  it('refuse the cursor of another caller, another filter, another list, and a forged one', async () => {
    const { executions } = world.stores;
    const { nextCursor } = await executions.listByWorkflow('wf_list', { limit: 1, caller: 'me' });
    const cursor = nextCursor ?? '';
    const refused = { code: 'request.cursor' };

    await expect(
      executions.listByWorkflow('wf_list', { limit: 1, caller: 'you', cursor }),
    ).rejects.toMatchObject(refused);
    await expect(
      executions.listByWorkflow('wf_else', { limit: 1, caller: 'me', cursor }),
    ).rejects.toMatchObject(refused);
    await expect(executions.listByOwner('wf_list', { limit: 1, caller: 'me', cursor })).rejects.toMatchObject(
      refused,
    );
    await expect(
      executions.listByWorkflow('wf_list', { limit: 1, caller: 'me', status: 'failed', cursor }),
    ).rejects.toMatchObject(refused);
    for (const forged of ['', '.', 'x', `${cursor}x`, `x${cursor}`, '\u0000', 'e30.AAAA'])
      await expect(
        executions.listByWorkflow('wf_list', { limit: 1, caller: 'me', cursor: forged }),
      ).rejects.toMatchObject(refused);
  });
});

describe('removing', () => {
  it('leaves nothing of the execution', async () => {
    const { id } = await accepted();
    await world.stores.executions.journal(await load(id), writer('a')).append([finished], { kind: 'final' });
    await world.stores.executions.putInbox(id, { kind: 'cancel', waitId: 'x', at: NOW });

    await world.stores.executions.remove(id);

    expect(await world.stores.executions.load(id)).toBeNull();
    expect(await world.stores.executions.readInbox(id)).toEqual([]);
  });

  it('is done by time, too: what has expired is gone, but nothing that lives', async () => {
    now = NOW;
    const { id } = await accepted({ lifetime: 'short' });
    const alive = await accepted({ lifetime: 'long' });

    now = NOW + 36.9 * DAYS;
    expect(await world.stores.executions.get(id)).not.toBeNull();
    now = NOW + 37.1 * DAYS;
    expect(await world.stores.executions.get(id)).toBeNull();
    now = NOW + 395 * DAYS;
    expect(await world.stores.executions.get(alive.id)).not.toBeNull();
    now = NOW;
  });

  it('comes as long after the end as executions are kept', async () => {
    now = NOW;
    const { id } = await accepted({ lifetime: 'long' });
    await world.stores.executions.settle({ id, ownerId: 'usr_1', lifetime: 'long' }, finished);

    now = NOW + 29.9 * DAYS;
    expect(await world.stores.executions.get(id)).not.toBeNull();
    now = NOW + 30.1 * DAYS;
    expect(await world.stores.executions.get(id)).toBeNull();
    now = NOW;
  });
});

describe('an execution that parks for longer than a short one may live', () => {
  const text = Array.from({ length: 30_000 }, (_, index) => (index * 104_729).toString(36)).join('');
  const long: JournalEvent = {
    type: 'executionStarted',
    at: NOW,
    engine: '1',
    triggerNodeId: 'start',
    items: [{ json: { text } }],
  };
  const park = (wakeAt: number | null) => ({ kind: 'parked', wakeAt, wait: null }) as const;

  it.each([
    ['until then', NOW + 8 * DAYS],
    ['until something comes', null],
  ])('%s becomes a long one with all there is of it', async (_, wakeAt) => {
    const { id } = await accepted({ lifetime: 'short' });
    const journal = world.stores.executions.journal(await load(id), writer('a'));
    await journal.append([long], { kind: 'open' });

    await journal.append([{ ...parked, wakeAt }], park(wakeAt));

    now = NOW + 300 * DAYS;
    expect(await load(id)).toMatchObject({
      record: { lifetime: 'long' },
      events: [long, { type: 'parked' }],
    });
    now = NOW;
    await world.connection.payloads.removePrefix(`short/${id}/`);
    expect((await load(id)).events[0]).toEqual(long);
    await world.stores.executions.remove(id);
    expect(await world.stores.executions.load(id)).toBeNull();
  });

  it('for less stays short', async () => {
    const { id } = await accepted({ lifetime: 'short' });
    const journal = world.stores.executions.journal(await load(id), writer('a'));
    await journal.append([{ ...parked, wakeAt: NOW + 6 * DAYS }], park(NOW + 6 * DAYS));
    expect((await load(id)).record.lifetime).toBe('short');
  });
});
