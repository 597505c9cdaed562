import type { Json } from '../item.ts';
import { type Ast, namedNode } from './ast.ts';
import { nodeNamed } from './node-named.ts';
import { type ExpressionScope, VARIABLES } from './scope.ts';

export type Found = { readonly known: true; readonly value: Json | undefined } | { readonly known: false };
export type Read = (scope: ExpressionScope) => Found;

export const UNKNOWN: Found = { known: false };

/** What a step may have and still be plain: no predicates, no sorting, no grouping, no binding. */
const PLAIN_KEYS = new Set(['type', 'value', 'position', 'name', 'procedure', 'arguments']);
const PATH_KEYS = new Set(['type', 'steps']);

/**
 * Reads `$json.a.b`, `$node("X").json.y` and the like without JSONata. Four of five real expressions are such paths. Says
 * "not known" where a list stands in the way, as JSONata then maps over it; null for any other expression.
 */
export const plainPath = (ast: Ast): Read | null => {
  const steps = ast.type === 'path' ? stepsOf(ast) : [ast];
  const start = steps?.[0] && startOf(steps[0]);
  const names = steps?.slice(1).map(nameOf);
  if (!start || !names?.every((name) => name !== null)) return null;
  return (scope) => {
    let value: unknown = start(scope);
    for (const name of names) {
      if (Array.isArray(value)) return UNKNOWN;
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined;
    }
    return { known: true, value: value as Json | undefined };
  };
};

const stepsOf = (ast: Ast): readonly Ast[] | null =>
  Array.isArray(ast.steps) && Object.keys(ast).every((key) => PATH_KEYS.has(key)) ? ast.steps : null;

const isPlain = (step: Ast): boolean => Object.keys(step).every((key) => PLAIN_KEYS.has(key));

const startOf = (step: Ast): ((scope: ExpressionScope) => unknown) | null => {
  if (!isPlain(step)) return null;
  const named = namedNode(step);
  if (named !== null) return (scope) => nodeNamed(scope, named);
  if (step.type !== 'variable' || typeof step.value !== 'string' || !Object.hasOwn(VARIABLES, step.value))
    return null;
  return VARIABLES[step.value] ?? null;
};

const nameOf = (step: Ast): string | null =>
  step.type === 'name' && typeof step.value === 'string' && isPlain(step) ? step.value : null;
