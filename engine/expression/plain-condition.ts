import type { Ast } from './ast.ts';
import { isNode } from './ast.ts';
import { plainPath, type Read, UNKNOWN } from './plain-path.ts';

/** A node of any other key carries predicates, grouping or sorting. */
const BINARY_KEYS = new Set(['type', 'value', 'position', 'lhs', 'rhs']);
const BLOCK_KEYS = new Set(['type', 'position', 'expressions']);

type Scalar = string | number | boolean | null;
type Comparison = (left: Scalar, right: Scalar) => boolean | null;

/** Equality of anything; order only of two numbers or two texts, as JSONata refuses the rest. */
const ordered =
  (compare: (left: string | number, right: string | number) => boolean): Comparison =>
  (left, right) =>
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string')
      ? compare(left, right)
      : null;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': ordered((left, right) => left < right),
  '<=': ordered((left, right) => left <= right),
  '>': ordered((left, right) => left > right),
  '>=': ordered((left, right) => left >= right),
};

/**
 * Answers `$json.total > 100 and $json.paid = false` and the like without JSONata, as conditions are what most other expressions
 * are. "Not known" wherever a side is missing, is no scalar, or has another type than the other: JSONata then decides.
 */
export const plainCondition = (ast: Ast): Read | null => {
  const inner = withoutParentheses(ast);
  if (inner.type !== 'binary' || !isNode(inner.lhs) || !isNode(inner.rhs) || !hasOnly(inner, BINARY_KEYS))
    return null;
  const operator = String(inner.value);
  if (operator === 'and' || operator === 'or') return junction(operator === 'or', inner.lhs, inner.rhs);
  const compare = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  return compare ? comparison(compare, inner.lhs, inner.rhs) : null;
};

const comparison = (compare: Comparison, lhs: Ast, rhs: Ast): Read | null => {
  const [left, right] = [operand(lhs), operand(rhs)];
  if (!left || !right) return null;
  return (scope) => {
    const [one, other] = [left(scope), right(scope)];
    if (!one.known || !other.known || !isScalar(one.value) || !isScalar(other.value)) return UNKNOWN;
    const value = compare(one.value, other.value);
    return value === null ? UNKNOWN : { known: true, value };
  };
};

/** `decisive` is the value of the left side that makes the right side needless. */
const junction = (decisive: boolean, lhs: Ast, rhs: Ast): Read | null => {
  const [left, right] = [truth(lhs), truth(rhs)];
  if (!left || !right) return null;
  return (scope) => {
    const first = left(scope);
    if (!first.known || first.value === decisive) return first;
    return right(scope);
  };
};

/** A side of `and` or `or`: known only where it is a boolean already. */
const truth = (ast: Ast): Read | null => {
  const read = plainCondition(ast) ?? plainPath(ast);
  return (
    read &&
    ((scope) => {
      const found = read(scope);
      return found.known && typeof found.value === 'boolean' ? found : UNKNOWN;
    })
  );
};

const operand = (ast: Ast): Read | null => {
  const inner = withoutParentheses(ast);
  const literal = inner.type === 'string' || inner.type === 'number' || inner.type === 'value';
  const value = inner.value;
  if (literal && isScalar(value)) return () => ({ known: true, value });
  return plainPath(inner);
};

const withoutParentheses = (ast: Ast): Ast => {
  const inner = ast.type === 'block' && Array.isArray(ast.expressions) ? ast.expressions : [];
  return inner.length === 1 && isNode(inner[0]) && hasOnly(ast, BLOCK_KEYS)
    ? withoutParentheses(inner[0])
    : ast;
};

const hasOnly = (ast: Ast, keys: ReadonlySet<string>): boolean =>
  Object.keys(ast).every((key) => keys.has(key));

const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
