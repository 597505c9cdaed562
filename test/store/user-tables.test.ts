import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableChange } from '../../engine/ports.ts';
import { tablesOf } from '../../shared/executions/tables.ts';
import { type TestStores, testStores } from './test-database.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
let world: TestStores;
let now = NOW;
beforeAll(async () => {
  world = await testStores({ clock: { now: () => now } });
});
afterAll(() => world.stop());

const tables = (ownerId = 'user_1') => tablesOf(world.stores, ownerId);
const plusOne = (by: string, overrides: Partial<TableChange> = {}): TableChange => ({
  by,
  once: true,
  change: (before) => ({ count: Number(before?.value.count ?? 0) + 1 }),
  ...overrides,
});
const set = (by: string, value: Record<string, string | number>): TableChange => ({
  by,
  once: false,
  change: () => value,
});

describe('tables of workflows', () => {
  it('keep an entry until it is deleted', async () => {
    await tables().change('kept', 'Zoë#1', set('a', { n: 1 }));

    expect(await tables().get('kept', 'Zoë#1')).toEqual({
      key: 'Zoë#1',
      value: { n: 1 },
      version: 1,
      updatedAt: '2026-01-15T12:00:00.000Z',
      expiresAt: null,
    });
    expect(await tables().delete('kept', 'Zoë#1')).toBe(true);
    expect(await tables().delete('kept', 'Zoë#1')).toBe(false);
    expect(await tables().get('kept', 'Zoë#1')).toBeNull();
  });

  it('belong to their owner alone', async () => {
    await tables('user_a').change('own', 'k', set('a', { n: 1 }));
    expect(await tables('user_b').get('own', 'k')).toBeNull();
    expect(await tables('user_b').query('own', { prefix: '', limit: 10, descending: false })).toEqual([]);
  });

  it('lose no change when many make it at once', async () => {
    const changes = Array.from({ length: 12 }, (_, index) =>
      tables().change('many', 'n', plusOne(`by${index}`)),
    );
    const counts = (await Promise.all(changes)).map(({ entry }) => entry?.value.count);
    expect(counts.toSorted((one, other) => Number(one) - Number(other))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
  });

  it('know a repeated change for the first, even after the changes of others, and give its own result', async () => {
    await tables().change('once', 'n', plusOne('first'));
    await tables().change('once', 'n', plusOne('second'));

    const { entry, changed } = await tables().change('once', 'n', plusOne('first'));

    expect({ changed, count: entry?.value.count }).toEqual({ changed: true, count: 1 });
    expect((await tables().get('once', 'n'))?.value).toEqual({ count: 2 });
  });

  it('leave an entry as it is when the change says so', async () => {
    await tables().change('as-is', 'k', set('a', { n: 1 }));
    const refused = await tables().change('as-is', 'k', {
      by: 'b',
      once: false,
      change: (before) => (before ? null : {}),
    });
    expect(refused).toMatchObject({ changed: false, entry: { value: { n: 1 }, version: 1 } });
  });

  it('forget an entry when its time is over, and let it be put anew', async () => {
    await tables().change('ttl', 'k', { ...set('a', { n: 1 }), ttlSeconds: 60 });
    now = NOW + 61_000;

    expect(await tables().get('ttl', 'k')).toBeNull();
    expect(await tables().query('ttl', { prefix: '', limit: 10, descending: false })).toEqual([]);
    const { entry } = await tables().change('ttl', 'k', set('b', { n: 2 }));
    expect(entry).toMatchObject({ value: { n: 2 }, version: 1, expiresAt: null });
    now = NOW;
  });

  it('list entries by the beginning of their keys, in order, behind a key', async () => {
    for (const key of ['b/1', 'a/2', 'a/1', 'a/3']) await tables().change('list', key, set(key, { key }));
    await tables().change('list-other', 'a/0', set('o', {}));
    const keys = async (asked: { prefix?: string; limit?: number; after?: string; descending?: boolean }) => {
      const found = await tables().query('list', { prefix: '', limit: 10, descending: false, ...asked });
      return found.map(({ key }) => key);
    };

    expect(await keys({})).toEqual(['a/1', 'a/2', 'a/3', 'b/1']);
    expect(await keys({ prefix: 'a/', descending: true })).toEqual(['a/3', 'a/2', 'a/1']);
    expect(await keys({ prefix: 'a/', after: 'a/1', limit: 1 })).toEqual(['a/2']);
  });

  it('refuse a value that is too large for an entry', async () => {
    await expect(
      tables().change('large', 'k', set('a', { text: 'x'.repeat(101 * 1024) })),
    ).rejects.toMatchObject({
      code: 'table.tooLarge',
    });
  });
});
