import { AppError } from '../errors.ts';

interface Branch<T> {
  readonly fixed: Map<string, Branch<T>>;
  parameter: { readonly name: string; readonly branch: Branch<T> } | null;
  readonly leaves: Map<string, T>;
}

type Match<T> =
  | { readonly kind: 'found'; readonly value: T; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'otherMethod'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

const newBranch = <T>(): Branch<T> => ({ fixed: new Map(), parameter: null, leaves: new Map() });

/** Compiles `METHOD /a/{b}` routes into a tree. A fixed segment goes before a parameter, path by path. */
export const compilePaths = <T>(
  routes: readonly { readonly method: string; readonly path: string; readonly value: T }[],
): ((method: string, path: string) => Match<T>) => {
  const root = newBranch<T>();
  for (const { method, path, value } of routes) {
    let branch = root;
    for (const segment of path.split('/').slice(1)) branch = descend(branch, segment);
    if (branch.leaves.has(method)) throw new Error(`Two routes for ${method} ${path}.`);
    branch.leaves.set(method, value);
  }
  return (method, path) => {
    const ends: { leaves: Map<string, T>; params: Record<string, string> }[] = [];
    collect(root, path.split('/').slice(1), {}, ends);
    for (const { leaves, params } of ends) {
      const value = leaves.get(method);
      if (value !== undefined) return { kind: 'found', value, params: decodeAll(params) };
    }
    const allowed = [...new Set(ends.flatMap(({ leaves }) => [...leaves.keys()]))].sort();
    return allowed.length > 0 ? { kind: 'otherMethod', allowed } : { kind: 'none' };
  };
};

const descend = <T>(branch: Branch<T>, segment: string): Branch<T> => {
  const name = /^\{(\w+)\}$/.exec(segment)?.[1];
  if (name !== undefined) {
    branch.parameter ??= { name, branch: newBranch() };
    if (branch.parameter.name !== name) {
      throw new Error(`One place of the path is called ${branch.parameter.name} and ${name}.`);
    }
    return branch.parameter.branch;
  }
  const known = branch.fixed.get(segment);
  if (known) return known;
  const made = newBranch<T>();
  branch.fixed.set(segment, made);
  return made;
};

const collect = <T>(
  branch: Branch<T>,
  segments: readonly string[],
  params: Record<string, string>,
  ends: { leaves: Map<string, T>; params: Record<string, string> }[],
): void => {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    if (branch.leaves.size > 0) ends.push({ leaves: branch.leaves, params });
    return;
  }
  const fixed = branch.fixed.get(segment);
  if (fixed) collect(fixed, rest, params, ends);
  if (branch.parameter && segment !== '') {
    collect(branch.parameter.branch, rest, { ...params, [branch.parameter.name]: segment }, ends);
  }
};

const decodeAll = (params: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decode(value, name)]));

const decode = (value: string, name: string): string => {
  try {
    return decodeURIComponent(value);
  } catch (cause) {
    throw new AppError('request.invalid', 'The path is not well percent-encoded.', {
      errors: [{ in: 'path', pointer: `/${name}`, message: 'is not well percent-encoded' }],
      cause,
    });
  }
};
