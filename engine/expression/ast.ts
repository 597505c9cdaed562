import { compileLinear } from './linear-regex.ts';

/** What JSONata parses an expression into, as far as it is looked at here. */
export type Ast = { readonly [key: string]: unknown };

interface Hazard {
  readonly message: string;
  readonly position: number;
}

export const isNode = (value: unknown): value is Ast => typeof value === 'object' && value !== null;

/** Every node below `root`, itself first. Not recursive: an expression may nest deeply. */
export function* walk(root: Ast): Generator<Ast> {
  const pending: Ast[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    if (node instanceof RegExp) continue;
    for (const value of Object.values(node)) if (isNode(value)) pending.push(value);
  }
}

/**
 * What parses but must not run. From 2.1.1 on jsonata copies the left side of `?:` and `??` as JSON, which loses the pattern of
 * a regular expression: a global match by what is left of it never ends. The copy is known by the loss.
 */
export const findHazard = (root: Ast): Hazard | null => {
  for (const node of walk(root)) {
    if (node.type !== 'regex') continue;
    const message =
      node.value instanceof RegExp
        ? linearProblem(node.value)
        : 'has a regular expression on the left of ?: or ??; assign its result first: ($x := …; $x ?: …)';
    if (message) return { message, position: positionOf(node) };
  }
  return null;
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

/** The names in `$vars.<name>`, wherever they stand. */
export const namedVariables = (root: Ast): string[] => {
  const names = new Set<string>();
  for (const node of walk(root)) {
    const [start, step] = node.type === 'path' && Array.isArray(node.steps) ? (node.steps as Ast[]) : [];
    if (start?.type === 'variable' && start.value === 'vars' && step?.type === 'name')
      names.add(String(step.value));
  }
  return [...names];
};

/** The name in an expression that is `$vars.<name>` and nothing else; null for any other. */
export const onlyVariable = (root: Ast): string | null => {
  const [name] = namedVariables(root);
  const steps = root.type === 'path' && Array.isArray(root.steps) ? (root.steps as Ast[]) : [];
  const isPlain = steps.every((step) => Object.keys(step).every((key) => PLAIN_STEP.has(key)));
  const isAlone = Object.keys(root).every((key) => key === 'type' || key === 'steps');
  return name !== undefined && steps.length === 2 && isPlain && isAlone ? name : null;
};

const PLAIN_STEP: ReadonlySet<string> = new Set(['type', 'value', 'position']);

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
