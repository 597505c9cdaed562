import type { Clock, TableEntry, TablePort } from '../../engine/ports.ts';

/** Tables that forget everything with the test, and see no one else's changes. */
export const memoryTables = (clock: Pick<Clock, 'now'>): TablePort => {
  const entries = new Map<string, TableEntry>();
  const keyOf = (table: string, key: string) => `${table}#${key}`;
  const get = (table: string, key: string): TableEntry | null => {
    const entry = entries.get(keyOf(table, key));
    const isOver = entry?.expiresAt && Date.parse(entry.expiresAt) <= clock.now();
    return entry && !isOver ? entry : null;
  };
  return {
    get: async (table, key) => get(table, key),
    change: async (table, key, { ttlSeconds, change }) => {
      const before = get(table, key);
      const value = change(before);
      if (value === null) return { entry: before, changed: false };
      const entry: TableEntry = {
        key,
        value,
        version: (before?.version ?? 0) + 1,
        updatedAt: new Date(clock.now()).toISOString(),
        expiresAt:
          ttlSeconds === undefined
            ? (before?.expiresAt ?? null)
            : new Date(clock.now() + ttlSeconds * 1000).toISOString(),
      };
      entries.set(keyOf(table, key), entry);
      return { entry, changed: true };
    },
    delete: async (table, key) => entries.delete(keyOf(table, key)),
    query: async (table, { prefix, limit, after, descending }) => {
      const found = [...entries.keys()]
        .filter((each) => each.startsWith(keyOf(table, prefix)))
        .sort()
        .map((each) => each.slice(table.length + 1));
      const ordered = descending ? found.reverse() : found;
      const start =
        after === undefined ? 0 : ordered.findIndex((key) => (descending ? key < after : key > after));
      return (start < 0 ? [] : ordered.slice(start)).flatMap((key) => get(table, key) ?? []).slice(0, limit);
    },
  };
};
