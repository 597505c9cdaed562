/**
 * The rest of a webhook's URL as its trigger writes it: `orders/:id/lines`. A segment `:name` takes any one segment,
 * everything else only itself. Slashes at the ends do not count.
 */
export const matchPath = (pattern: string, rest: string): Readonly<Record<string, string>> | null => {
  const wanted = segmentsOf(pattern);
  const given = segmentsOf(rest);
  if (wanted.length !== given.length) return null;
  const params: [string, string][] = [];
  for (const [index, segment] of wanted.entries()) {
    const value = decode(given[index] ?? '');
    if (value === null) return null;
    const name = /^:(.+)$/.exec(segment)?.[1];
    if (name !== undefined && value !== '') params.push([name, value]);
    else if (segment !== value) return null;
  }
  return Object.fromEntries(params);
};

const segmentsOf = (path: string): readonly string[] => {
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '');
  return trimmed === '' ? [] : trimmed.split('/');
};

/** Null for what is not well percent-encoded: it can be no path of ours. */
const decode = (segment: string): string | null => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
};
