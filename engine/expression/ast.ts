import { compileLinear } from './linear-regex.ts';

/** What JSONata parses an expression into, as far as it is looked at here. */
export type Ast = { readonly [key: string]: unknown };

interface Hazard {
  readonly message: string;
  readonly position: number;
}

const isNode = (value: unknown): value is Ast => typeof value === 'object' && value !== null;

/** Every node below `root`, itself first. Not recursive: an expression may nest deeply. */
function* walk(root: Ast): Generator<Ast> {
  const pending: Ast[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    if (node instanceof RegExp) continue;
    for (const value of Object.values(node)) if (isNode(value)) pending.push(value);
  }
}

/**
 * What parses but must not run. From 2.1.1 on jsonata copies the left side of `?:` and `??` in a way that spoils regular
 * expressions: a global match then never ends.
 */
export const findHazard = (root: Ast): Hazard | null => {
  for (const node of walk(root)) {
    if (node.value instanceof RegExp) {
      const problem = linearProblem(node.value);
      if (problem) return { message: problem, position: positionOf(node) };
    }
    const guarded = guardedByDefault(node);
    const regex =
      guarded && [...walk(guarded)].find((each) => each.type === 'regex' || each.value instanceof RegExp);
    if (regex)
      return {
        message:
          'has a regular expression on the left of ?: or ??; assign its result first: ($x := …; $x ?: …)',
        position: positionOf(node),
      };
  }
  return null;
};

/** `a ?: b` and `a ?? b` are parsed into conditions whose condition, or an argument of it, is a copy of `a`. */
const guardedByDefault = (node: Ast): Ast | null => {
  if (node.type !== 'condition' || !isNode(node.condition)) return null;
  const { condition, then } = node as { condition: Ast; then: unknown };
  const tested =
    condition.type === 'function' && Array.isArray(condition.arguments) ? condition.arguments[0] : condition;
  return isNode(tested) &&
    isNode(then) &&
    positionOf(then) === positionOf(tested) &&
    tested.type === then.type
    ? condition
    : null;
};

const linearProblem = (regex: RegExp): string | null => {
  try {
    compileLinear(regex);
    return null;
  } catch (error) {
    return `has a regular expression that cannot be run in linear time: ${error instanceof Error ? error.message : error}`;
  }
};

const positionOf = (node: Ast): number => (typeof node.position === 'number' ? node.position : 0);

/** The literal names in `$node("…")`. */
export const namedNodes = (root: Ast): string[] => {
  const names = new Set<string>();
  for (const node of walk(root)) {
    const name = namedNode(node);
    if (name !== null) names.add(name);
  }
  return [...names];
};

/** The name in a call `$node("…")`; null for anything else. */
export const namedNode = (node: Ast): string | null => {
  if (node.type !== 'function' || !isNode(node.procedure) || !Array.isArray(node.arguments)) return null;
  if (node.procedure.type !== 'variable' || node.procedure.value !== 'node') return null;
  const [name] = node.arguments as Ast[];
  return node.arguments.length === 1 && name?.type === 'string' && typeof name.value === 'string'
    ? name.value
    : null;
};
