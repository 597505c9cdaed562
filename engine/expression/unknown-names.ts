import { type Ast, isNode, walk } from './ast.ts';
import { BOUNDED } from './bounded.ts';
import { FUNCTIONS } from './functions.ts';
import { VARIABLES } from './scope.ts';

/** What JSONata 2.2 brings itself; a test holds this list against the package. */
const BUILT_IN =
  'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power random boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl eval toMillis fromMillis clone now millis'.split(
    ' ',
  );

/** `$` and `$$`: what is looked at, and the whole. */
const CONTEXT = ['', '$'];

const KNOWN: ReadonlySet<string> = new Set([
  ...CONTEXT,
  ...BUILT_IN,
  'node',
  ...Object.keys(BOUNDED),
  ...Object.keys(FUNCTIONS),
  ...Object.keys(VARIABLES),
]);

export interface UnknownName {
  readonly name: string;
  /** Called: the expression fails. Only read, it is nothing. */
  readonly isCalled: boolean;
  readonly position: number;
}

/** Names with a `$` that nobody has given a meaning: neither Stepwell nor JSONata nor the expression itself. */
export const unknownNames = (root: Ast): UnknownName[] => {
  const given = new Set<unknown>();
  const used = new Map<string, UnknownName>();
  for (const node of walk(root)) {
    for (const name of namesGivenBy(node)) given.add(name);
    const called = isVariable(node.procedure) ? node.procedure : isFunctionApplied(node);
    const read = isVariable(node) ? node : null;
    const found = called ?? read;
    if (!found) continue;
    const name = String(found.value);
    const isCalled = called !== null || (used.get(name)?.isCalled ?? false);
    used.set(name, { name, isCalled, position: Number(found.position ?? 0) });
  }
  return [...used.values()].filter(({ name }) => !KNOWN.has(name) && !given.has(name));
};

const isVariable = (node: unknown): node is Ast => isNode(node) && node.type === 'variable';

/** `value ~> $name`. */
const isFunctionApplied = (node: Ast): Ast | null =>
  node.type === 'apply' && isVariable(node.rhs) ? node.rhs : null;

/** What an expression names itself: by `:=`, as a function's parameters, by `@$name` and by `#$name`. */
const namesGivenBy = (node: Ast): readonly unknown[] => {
  if (node.type === 'bind' && isNode(node.lhs)) return [node.lhs.value];
  if (node.type === 'lambda' && Array.isArray(node.arguments))
    return (node.arguments as Ast[]).map(({ value }) => value);
  return [node.focus, node.type === 'index' ? node.value : node.index];
};
