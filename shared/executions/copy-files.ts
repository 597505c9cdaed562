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
  if (Array.isArray(value)) return rewriteEach(value, (each) => rewrite(each, passage, found));
  if (typeof value !== 'object' || value === null) return value;
  if ('ref' in value && typeof value.ref === 'string' && value.ref.startsWith(`${passage.from}/`)) {
    found.add(value.ref);
    return { ...value, ref: newKey(value.ref, passage) };
  }
  let isSame = true;
  const entries = Object.entries(value).map(([key, each]) => {
    const next = key === 'json' ? each : rewrite(each, passage, found);
    if (next !== each) isSame = false;
    return [key, next] as const;
  });
  return isSame ? value : Object.fromEntries(entries);
};

const rewriteEach = (list: readonly unknown[], one: (value: unknown) => unknown): readonly unknown[] => {
  const next = list.map(one);
  return next.some((each, index) => each !== list[index]) ? next : list;
};
