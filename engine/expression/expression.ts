import jsonata from 'jsonata';
import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import { type Ast, findHazard, namedNodes, namedVariables, onlyVariable } from './ast.ts';
import { BOUNDED } from './bounded.ts';
import { FUNCTIONS } from './functions.ts';
import { GUARDED, guarded } from './guarded.ts';
import { EXPRESSION_LIMITS, overLimit, withinText } from './limits.ts';
import { LinearRegex } from './linear-regex.ts';
import { nodeNamed } from './node-named.ts';
import { plainCondition } from './plain-condition.ts';
import { plainPath } from './plain-path.ts';
import { checkedResult } from './result.ts';
import { type ExpressionScope, VARIABLES } from './scope.ts';
import { operatorHint, type Slip, slipsIn } from './slips.ts';
import { type UnknownName, unknownNames } from './unknown-names.ts';
import { withinWeight } from './weight.ts';

/** An expression that cannot be run; `position` counts characters from the start of its text. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly position: number;
  readonly expression: string;

  constructor(message: string, position: number, expression: string) {
    super(message);
    this.position = position;
    this.expression = expression;
  }
}

export interface CompiledExpression {
  readonly text: string;
  /** Names in `$node("…")`. */
  readonly nodes: readonly string[];
  /** Names in `$vars.…` that something is computed from; the bare `$vars.<name>` is none. */
  readonly computedVariables: readonly string[];
  /** The name in a bare `$vars.<name>`. */
  readonly bareVariable: string | null;
  /** Looked for when asked: only who checks a definition wants to know. */
  unknownNames(): readonly UnknownName[];
  /** Likewise. */
  slips(): readonly Slip[];
  /** At once where the expression is a plain path or compares such paths, later otherwise. Throws, or rejects with, NodeError `expression.…`. */
  evaluate(scope: ExpressionScope): Json | undefined | Promise<Json | undefined>;
}

/** Throws ExpressionError. */
export const compileExpression = (text: string): CompiledExpression => {
  if (text.length > EXPRESSION_LIMITS.textLength)
    throw new ExpressionError(`is longer than ${EXPRESSION_LIMITS.textLength} characters`, 0, text);
  const expression = parse(text);
  const ast = expression.ast() as unknown as Ast;
  const hazard = findHazard(ast);
  if (hazard) throw new ExpressionError(hazard.message, hazard.position, text);
  const read = plainPath(ast) ?? plainCondition(ast);
  const variable = onlyVariable(ast);
  const general = evaluator(expression, text);
  return {
    text,
    nodes: namedNodes(ast),
    computedVariables: variable === null ? namedVariables(ast) : [],
    bareVariable: variable,
    unknownNames: () => unknownNames(ast),
    slips: () => slipsIn(ast),
    evaluate: (scope) => {
      // A secret is handed on as it is: anything computed from it could not be known again in what comes out.
      if (variable !== null && Object.hasOwn(scope.secretVars, variable)) return scope.secretVars[variable];
      const found = read?.(scope);
      return found?.known ? found.value : general(scope);
    },
  };
};

const parse = (text: string): jsonata.Expression => {
  try {
    const expression = jsonata(text, {
      // JSONata's types ask for the built-in constructor; it uses `new`, `exec` and `lastIndex`.
      RegexEngine: LinearRegex as unknown as RegExpConstructor,
      timeout: EXPRESSION_LIMITS.milliseconds,
      stack: EXPRESSION_LIMITS.depth,
      sequence: EXPRESSION_LIMITS.elements,
    });
    for (const [name, { signature, call }] of Object.entries(BOUNDED))
      expression.registerFunction(name, call as (...values: unknown[]) => unknown, signature);
    for (const [name, rule] of Object.entries(GUARDED))
      expression.registerFunction(name, guarded(name, rule), rule.signature);
    // Text grows by "&" and values by "{" without any function: looked at after every step.
    expression.assign(AFTER_STEP as unknown as string, checkStep);
    return expression;
  } catch (thrown) {
    const { message, position = 0 } = thrown as { message?: string; position?: number };
    const reason = `cannot be read: ${message ?? String(thrown)}${operatorHint(text, position)}`;
    throw new ExpressionError(reason, position, text);
  }
};

const AFTER_STEP = Symbol.for('jsonata.__evaluate_exit');

const checkStep = (step: Ast, _input: unknown, _environment: unknown, result: unknown): void => {
  if (typeof result === 'string') withinText(result.length);
  // What a variable holds has been looked at when it was made, or comes from outside and is a tree.
  else if (step.type !== 'variable' && step.type !== 'name') withinWeight(result);
};

const evaluator =
  (expression: jsonata.Expression, text: string) =>
  async (scope: ExpressionScope): Promise<Json | undefined> => {
    try {
      return checkedResult(await expression.evaluate(scope.json, bindingsOf(scope)));
    } catch (thrown) {
      throw asNodeError(thrown, text);
    }
  };

const bindingsOf = (scope: ExpressionScope): Record<string, unknown> => {
  const bindings: Record<string, unknown> = { node: (name: unknown) => nodeNamed(scope, name) };
  for (const [name, read] of Object.entries(VARIABLES)) bindings[name] = read(scope);
  for (const [name, { make }] of Object.entries(FUNCTIONS)) bindings[name] = make(scope);
  return bindings;
};

/** JSONata's own limits: time, depth, length of a list. */
const LIMIT_CODES: readonly string[] = ['D1011', 'D1012', 'D2014', 'D2015'];

/** JSONata's own: a name that is no function's was called. */
const NO_FUNCTION: readonly string[] = ['T1005', 'T1006'];
const SHOWN_CHARACTERS = 200;

const asNodeError = (thrown: unknown, text: string): NodeError => {
  if (thrown instanceof NodeError) return thrown;
  const { code, message, token, position } = thrown as Partial<jsonata.JsonataError>;
  if (thrown instanceof RangeError || LIMIT_CODES.includes(code ?? ''))
    return overLimit(`The expression needs more than it may: ${message ?? code ?? 'too deep'}.`);
  const isMissing = NO_FUNCTION.includes(code ?? '') && token;
  const reason = isMissing ? `there is no function $${token}` : (message ?? String(code ?? thrown));
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return new NodeError('expression.failed', `The expression {{ ${shown} }} failed: ${reason}`, {
    details: { expression: shown, position: position ?? null },
  });
};
