import type { Json } from '../item.ts';
import { type CompiledExpression, compileExpression, ExpressionError } from './expression.ts';
import type { ExpressionScope } from './scope.ts';
import type { Slip } from './slips.ts';
import type { UnknownName } from './unknown-names.ts';

export { ExpressionError } from './expression.ts';
export type { ExpressionScope, NodeView } from './scope.ts';

type Evaluated = Json | undefined;
type MaybePromise<T> = T | Promise<T>;

/** Any JSON whose texts may hold `{{ … }}`, ready to be evaluated. */
export type CompiledTemplate =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'expression'; readonly expression: CompiledExpression }
  | { readonly kind: 'text'; readonly parts: readonly (string | CompiledExpression)[] }
  | { readonly kind: 'list'; readonly elements: readonly CompiledTemplate[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, CompiledTemplate])[] };

/** Throws ExpressionError for the first expression that cannot be run. */
export const parseTemplate = (value: Json): CompiledTemplate => {
  if (typeof value === 'string') return parseText(value);
  if (typeof value !== 'object' || value === null) return { kind: 'literal', value };
  if (Array.isArray(value)) {
    const elements = value.map(parseTemplate);
    return elements.every(isLiteral) ? { kind: 'literal', value } : { kind: 'list', elements };
  }
  const entries = Object.entries(value).map(([key, each]) => [key, parseTemplate(each)] as const);
  return entries.every(([, each]) => isLiteral(each))
    ? { kind: 'literal', value }
    : { kind: 'object', entries };
};

const isLiteral = ({ kind }: CompiledTemplate): boolean => kind === 'literal';

/** A text that is exactly one expression keeps the type of what it gives. */
const parseText = (text: string): CompiledTemplate => {
  const parts = splitText(text);
  const [only] = parts;
  if (parts.length === 0 || (parts.length === 1 && typeof only === 'string'))
    return { kind: 'literal', value: text };
  return parts.length === 1 && typeof only === 'object'
    ? { kind: 'expression', expression: only }
    : { kind: 'text', parts };
};

const splitText = (text: string): (string | CompiledExpression)[] => {
  const parts: (string | CompiledExpression)[] = [];
  let from = 0;
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', from)) {
    const close = endOfExpression(text, open + 2);
    if (close < 0) throw new ExpressionError('has no closing }}', open, text);
    if (open > from) parts.push(text.slice(from, open));
    parts.push(compileExpression(text.slice(open + 2, close).trim()));
    from = close + 2;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
};

/** Whether a text is one expression and nothing else: what keeps the type of what it gives. */
export const isOneExpression = (text: string): boolean =>
  text.startsWith('{{') && endOfExpression(text, 2) === text.length - 2;

/** Where the `}}` stands that ends an expression: not within quotes, not where it closes braces of the expression's own. */
const endOfExpression = (text: string, from: number): number => {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '"' || character === "'" || character === '`') {
      const end = endOfQuoted(text, at);
      if (end < 0) return text.indexOf('}}', at);
      at = end;
    } else if (character === '{') depth += 1;
    else if (character === '}' && depth > 0) depth -= 1;
    else if (character === '}' && text[at + 1] === '}') return at;
  }
  return -1;
};

const endOfQuoted = (text: string, open: number): number => {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === text[open]) return at;
  }
  return -1;
};

/**
 * What a template gives for one item; at once where it holds only plain paths. Undefined leaves a field out; in a list it is null, within text nothing.
 * Throws, or rejects with, NodeError `expression.…`.
 */
export const evaluateTemplate = (
  template: CompiledTemplate,
  scope: ExpressionScope,
): MaybePromise<Evaluated> => {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'expression':
      return template.expression.evaluate(scope);
    case 'text':
      return whenAll(
        template.parts.map((part) => (typeof part === 'string' ? part : part.evaluate(scope))),
        (values) => values.map(asText).join(''),
      );
    case 'list':
      return whenAll(
        template.elements.map((element) => evaluateTemplate(element, scope)),
        (values) => values.map((value) => value ?? null),
      );
    case 'object':
      return whenAll(
        template.entries.map(([, each]) => evaluateTemplate(each, scope)),
        (values) => objectOf(template.entries, values),
      );
  }
};

/** By hand, as ten thousand items make ten thousand of these. */
const objectOf = (entries: readonly (readonly [string, unknown])[], values: readonly Evaluated[]): Json => {
  const object: Record<string, Json> = {};
  for (let index = 0; index < entries.length; index += 1) {
    const key = entries[index]?.[0] ?? '';
    const value = values[index];
    if (value === undefined) continue;
    // Assigned, this one name would change what the object is.
    if (key === '__proto__') Object.defineProperty(object, key, { value, ...PLAIN });
    else object[key] = value;
  }
  return object;
};

const PLAIN = { enumerable: true, configurable: true, writable: true };

const whenAll = (
  values: readonly MaybePromise<Evaluated>[],
  combine: (values: readonly Evaluated[]) => Json,
): MaybePromise<Json> =>
  values.some((value) => value instanceof Promise)
    ? Promise.all(values).then(combine)
    : combine(values as readonly Evaluated[]);

const asText = (value: Evaluated): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** The names of the nodes whose items a template reads, as far as they are written in it. */
export const referencedNodes = (template: CompiledTemplate): string[] => [
  ...new Set(expressionsOf(template).flatMap(({ nodes }) => nodes)),
];

/** The names of variables that a template computes something from. */
export const computedVariables = (template: CompiledTemplate): string[] => [
  ...new Set(expressionsOf(template).flatMap((expression) => expression.computedVariables)),
];

/** The names of variables that a template hands on as they are. */
export const bareVariables = (template: CompiledTemplate): string[] => [
  ...new Set(expressionsOf(template).flatMap(({ bareVariable }) => bareVariable ?? [])),
];

/** The names with a `$` that nobody has given a meaning. */
export const unknownNamesIn = (template: CompiledTemplate): UnknownName[] =>
  expressionsOf(template).flatMap((expression) => expression.unknownNames());

/** What is written as in JavaScript, and does not do here what it does there. */
export const slipsOf = (template: CompiledTemplate): Slip[] =>
  expressionsOf(template).flatMap((expression) => expression.slips());

const expressionsOf = (template: CompiledTemplate): readonly CompiledExpression[] => {
  switch (template.kind) {
    case 'literal':
      return [];
    case 'expression':
      return [template.expression];
    case 'text':
      return template.parts.filter((part) => typeof part !== 'string');
    case 'list':
      return template.elements.flatMap(expressionsOf);
    case 'object':
      return template.entries.flatMap(([, each]) => expressionsOf(each));
  }
};
