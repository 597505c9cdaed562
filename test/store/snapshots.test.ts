import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../engine/interpreter/event.ts';
import { anExecution } from './store-builders.ts';
import { type TestStores, testStores } from './test-database.ts';

const writer = { writerId: 'w', leaseUntil: 0, generation: null };
const event = (at: number, text = ''): JournalEvent => ({ type: 'cancelRequested', at, by: text });

let world: TestStores;
beforeAll(async () => {
  world = await testStores({ spillBytes: 2_000 });
});
afterAll(() => world.stop());

/** An execution of `count` segments with a snapshot behind the first `covered`. */
const snapshotted = async (count: number, covered: number, text = '', state: object = { a: 1 }) => {
  const { executions } = world.stores;
  const { record } = await executions.accept(anExecution({ items: [{ json: { n: 1 } }] }));
  const loaded = await executions.load(record.id);
  if (!loaded) throw new Error('It is not there.');
  const journal = executions.journal(loaded, writer);
  for (let at = 0; at < count; at += 1) {
    if (at === covered) await journal.saveSnapshot?.({ schema: 7, state: state as never });
    await journal.append([event(at, text)], { kind: 'open' });
  }
  return record.id;
};
const load = async (id: string, schema?: number) => {
  const loaded = await world.stores.executions.load(id, schema);
  if (!loaded) throw new Error('It is not there.');
  return loaded;
};

describe('a snapshot', () => {
  it('stands for the events before it', async () => {
    const id = await snapshotted(5, 3);
    expect(await load(id, 7)).toMatchObject({
      snapshot: { position: 3, state: { a: 1 } },
      events: [event(3), event(4)],
      position: 5,
    });
  });

  it('is left out where nobody asks for it, or for another schema', async () => {
    const id = await snapshotted(5, 3);
    for (const schema of [undefined, 6, 8]) {
      const { snapshot, events } = await load(id, schema);
      expect([snapshot, events.length]).toEqual([null, 5]);
    }
  });

  it('saves reading what it stands for, when that is much', async () => {
    const noise = Array.from({ length: 1_500 }, (_, n) => Math.sin(n).toString(36)).join('');
    const id = await snapshotted(520, 515, noise.slice(0, 2_000));
    const { events, position, snapshot } = await load(id, 7);
    expect([events.length, position, snapshot?.position]).toEqual([5, 520, 515]);
  });

  it('that is gone or damaged is ignored', async () => {
    const noise = Array.from({ length: 2_000 }, (_, n) => Math.sin(n).toString(36)).join('');
    for (const damage of ['{}', null]) {
      const id = await snapshotted(4, 2, '', { noise });
      const { payloads } = world.connection;
      if (damage) await payloads.put(`long/${id}/snapshot-2`, new TextEncoder().encode(damage));
      else await payloads.removePrefix(`long/${id}`);
      const { snapshot, events } = await load(id, 7);
      expect([snapshot, events.length]).toEqual([null, 4]);
    }
  });
});
