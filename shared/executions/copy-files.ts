import type { PayloadPort } from '../../engine/ports.ts';

interface Passage {
  readonly from: string;
  readonly to: string;
}

/**
 * Gives an execution files of its own: copies those that values refer to and answers the values with references to the copies.
 * A file belongs to exactly one execution, and goes with it.
 */
export const copyFiles = async <T extends object>(
  payloads: { readonly from: PayloadPort; readonly to: PayloadPort },
  events: readonly T[],
  passage: Passage,
): Promise<readonly T[]> => {
  const found = new Set<string>();
  const moved = events.map((event) => rewrite(event, passage, found) as T);
  for (const key of found) {
    const chunks = await payloads.from.read(key);
    await payloads.to.write(newKey(key, passage), chunks);
  }
  return moved;
};

const newKey = (key: string, { from, to }: Passage): string => `${to}${key.slice(from.length)}`;

/** Copies what lies on the way to a reference; everything else stays the same object. */
const rewrite = (value: unknown, passage: Passage, found: Set<string>): unknown => {
  const one = (each: unknown): unknown => rewrite(each, passage, found);
  if (Array.isArray(value)) return rewriteEach(value, one);
  if (!isObject(value)) return value;
  if (typeof value.ref === 'string' && value.ref.startsWith(`${passage.from}/`)) {
    found.add(value.ref);
    return { ...value, ref: newKey(value.ref, passage) };
  }
  if (!isItem(value)) return rewriteFields(value, one);
  const { binary } = value;
  const moved = isObject(binary) ? rewriteFields(binary, one) : binary;
  return moved === binary ? value : { ...value, binary: moved };
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Its data is nobody's business, whatever it looks like. A port or a file may be called "json", too. */
const isItem = ({ json }: Readonly<Record<string, unknown>>): boolean => isObject(json);

const rewriteFields = (
  fields: Readonly<Record<string, unknown>>,
  one: (value: unknown) => unknown,
): Readonly<Record<string, unknown>> => {
  let isSame = true;
  const entries = Object.entries(fields).map(([key, each]) => {
    const next = one(each);
    if (next !== each) isSame = false;
    return [key, next] as const;
  });
  return isSame ? fields : Object.fromEntries(entries);
};

const rewriteEach = (list: readonly unknown[], one: (value: unknown) => unknown): readonly unknown[] => {
  const next = list.map(one);
  return next.some((each, index) => each !== list[index]) ? next : list;
};
