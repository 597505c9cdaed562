import type { KeptRead } from '../../shared/store/connection.ts';

/** One item, as `pk` and `sk`. */
export type ItemName = string;

export interface RowCache {
  readonly kept: KeptRead;
  /** Something may have changed these items, or any. */
  forget(items: readonly ItemName[] | 'any'): void;
}

interface Entry {
  readonly item: ItemName;
  readonly value: Promise<unknown>;
}

const MAX_ENTRIES = 10_000;

/**
 * Keeps what reads of single items have found, until one of the writes of this process touches the item. Exact where this process
 * is the only one that writes: a write forgets before its caller hears of it, and a read that was under way then is not kept.
 */
export const makeRowCache = (maxEntries = MAX_ENTRIES): RowCache => {
  const entries = new Map<string, Entry>();
  const namesOf = new Map<ItemName, Set<string>>();

  const drop = (name: string): void => {
    const entry = entries.get(name);
    if (!entry) return;
    entries.delete(name);
    const names = namesOf.get(entry.item);
    names?.delete(name);
    if (names?.size === 0) namesOf.delete(entry.item);
  };

  const add = (name: string, entry: Entry): void => {
    entries.set(name, entry);
    const names = namesOf.get(entry.item) ?? new Set();
    namesOf.set(entry.item, names.add(name));
    const [oldest] = entries.keys();
    if (entries.size > maxEntries && oldest !== undefined) drop(oldest);
  };

  return {
    kept: (name, keyOf, read) => {
      const known = entries.get(name);
      if (known) return known.value as ReturnType<typeof read>;
      const { pk, sk } = keyOf();
      const value = read();
      const entry = { item: itemName(pk, sk), value };
      add(name, entry);
      // What is not there is not kept: anybody can ask for any number of such.
      const dropOwn = (): void => {
        if (entries.get(name) === entry) drop(name);
      };
      value.then((found) => found === null && dropOwn(), dropOwn);
      return value;
    },
    forget: (items) => {
      if (items === 'any') {
        entries.clear();
        namesOf.clear();
        return;
      }
      for (const item of items) for (const name of [...(namesOf.get(item) ?? [])]) drop(name);
    },
  };
};

const itemName = (pk: string, sk: string): ItemName => `${pk}\n${sk}`;

/** A key attribute, as the document client or as the plain one has it. */
type KeyPart = string | { readonly S?: string } | undefined;
type Keyed = { readonly pk?: KeyPart; readonly sk?: KeyPart };
interface Write {
  readonly Key?: Keyed;
  readonly Item?: Keyed;
}
interface WriteInput extends Write {
  readonly TransactItems?: readonly Readonly<Record<string, Write>>[];
  readonly RequestItems?: Readonly<Record<string, readonly Readonly<Record<string, Write>>[]>>;
}

/** Whether a command of this name writes, in the document client's words or in the plain one's. */
export const writes = (commandName: string): boolean =>
  /^(Put|Update|Delete|TransactWrite|BatchWrite)/.test(commandName);

/** Whether it may need room on the disk. Batches are only ever removals. */
export const needsRoom = (commandName: string): boolean => /^(Put|Update|TransactWrite)/.test(commandName);

/** The items that a command may change, by its input. */
export const itemsIn = (input: object): ItemName[] => {
  const { Key, Item, TransactItems = [], RequestItems = {} } = input as WriteInput;
  const batches = Object.values(RequestItems).flat();
  const nested = [...TransactItems, ...batches].flatMap((each) => Object.values(each));
  return [{ Key, Item }, ...nested].flatMap((write) => {
    const key = write.Key ?? write.Item;
    return key ? [itemName(textOf(key.pk), textOf(key.sk))] : [];
  });
};

const textOf = (part: KeyPart): string => (typeof part === 'string' ? part : (part?.S ?? ''));
