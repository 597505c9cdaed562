import type {
  GuestError,
  GuestInput,
  GuestItem,
  GuestNode,
  GuestOutput,
} from '../../../engine/nodes/code/guest.ts';

/**
 * What runs inside the sandbox around a user's code. Its text is what is used: it may refer to nothing but its parameters and
 * what JavaScript itself has. What it keeps is out of reach of the code; the code can spoil what it shares with it (prototypes,
 * globals) and thereby its own result, never more.
 */
export const guestCore = (mode: 'all' | 'each', isAsync: boolean, parts: GuestParts): Guest => {
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  };
  const tell = parts.console;

  let items: readonly GuestItem[] = [];
  let index = 0;
  const at = (place: number): void => {
    index = place;
    const item = items[place];
    define('$index', place);
    define('$itemIndex', place);
    define('$item', item);
    define('item', item);
    define('$json', item?.json);
  };
  const open = ({ items: given, inputs, facts, nodes }: GuestInput): void => {
    items = given;
    define('items', items);
    define('$items', items);
    define('$input', {
      ...inputs,
      main: items,
      all: () => items,
      first: () => items[0],
      last: () => items.at(-1),
      get item() {
        return items[index];
      },
    });
    for (const name in facts) define(name, facts[name]);
    parts.nodes?.(nodes, () => index, define);
    at(0);
  };

  const describe = (thrown: unknown): GuestError => {
    const read = (name: string): string => {
      const value = (thrown as Record<string, unknown> | null)?.[name];
      return typeof value === 'string' ? value.slice(0, 2_000) : '';
    };
    const place = /code:(\d+)(?::(\d+))?/.exec(read('stack'));
    return {
      name: read('name'),
      message: thrown instanceof Error ? read('message') : `${stringify(thrown)}`.slice(0, 2_000),
      line: place?.[1] ? +place[1] : null,
      column: place?.[2] ? +place[2] : null,
    };
  };

  const made: GuestItem[] = [];
  const from: unknown[] = [];
  const failed: { index: number; error: GuestError }[] = [];
  const sources = new Map<unknown, number>();

  const take = (value: unknown, source: number | null): void => {
    const isObject = typeof value === 'object' && value !== null && !isArray(value);
    const { json, binary, pairedItem } = (isObject ? value : {}) as Partial<GuestItem>;
    const isItem = typeof json === 'object' && json !== null && !isArray(json);
    if (isItem) made.push(binary === undefined ? { json } : { json, binary });
    else made.push({ json: isObject ? value : { data: value } });
    from.push(source ?? pairedItem ?? sources.get(value) ?? sources.get(json) ?? null);
  };
  const collect = (value: unknown, source: number | null): void => {
    if (value === undefined)
      throw new Error(
        mode === 'all'
          ? 'The code returned nothing: return a list of items, or null for none.'
          : 'The code returned nothing: return an item, or null to leave it out.',
      );
    if (isArray(value)) for (const each of value) take(each, source);
    else if (value !== null) take(value, source);
  };

  let status: 'pending' | 'done' | 'failed' = 'pending';
  let failure: GuestError | null = null;
  const fail = (thrown: unknown): void => {
    failure = describe(thrown);
    status = 'failed';
  };
  const done = (): void => {
    status = 'done';
  };
  const failItem = (place: number, thrown: unknown): void => {
    failed.push({ index: place, error: describe(thrown) });
  };

  const runAll = (user: () => unknown): unknown => {
    for (let place = 0; place < items.length; place += 1) {
      sources.set(items[place], place).set(items[place]?.json, place);
    }
    const value = user();
    return isAsync ? Promise.resolve(value).then((settled) => collect(settled, null)) : collect(value, null);
  };
  const runEach = (user: () => unknown): void => {
    for (let place = 0; place < items.length; place += 1) {
      at(place);
      try {
        collect(user(), place);
      } catch (thrown) {
        failItem(place, thrown);
      }
    }
  };
  const runEachAsync = async (user: () => unknown): Promise<void> => {
    for (let place = 0; place < items.length; place += 1) {
      at(place);
      try {
        collect(await user(), place);
      } catch (thrown) {
        failItem(place, thrown);
      }
    }
  };

  return {
    run: (input, user) => {
      try {
        open(parse(input) as GuestInput);
        const run = mode === 'all' ? runAll : isAsync ? runEachAsync : runEach;
        const running = run(user);
        if (isAsync) (running as Promise<unknown>).then(done, fail);
        else done();
      } catch (thrown) {
        fail(thrown);
      }
      return isAsync ? 'pending' : status;
    },
    status: () => status,
    output: () => stringify(failure ?? ({ items: made, from, failed } satisfies GuestOutput)),
    console: () => tell?.() ?? '',
  };
};

interface GuestParts {
  readonly console: (() => string) | null;
  readonly nodes:
    | ((
        nodes: Readonly<Record<string, GuestNode>>,
        current: () => number,
        define: (name: string, value: unknown) => void,
      ) => void)
    | null;
}

interface Guest {
  run(input: string, user: () => unknown): string;
  status(): string;
  /** JSON: items, where they came from and what failed; or the error. */
  output(): string;
  console(): string;
}
