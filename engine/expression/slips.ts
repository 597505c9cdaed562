import { type Ast, isNode, walk } from './ast.ts';

/** What is written as in JavaScript and means another thing here, or nothing. */
export interface Slip {
  readonly message: string;
  readonly position: number;
  /** It fails each time; otherwise it only does not do what it looks like. */
  readonly isFatal: boolean;
}

/** Operators of JavaScript, and what is written for them. */
const OPERATORS: Readonly<Record<string, string>> = {
  '==': '"="',
  '===': '"="',
  '!==': '"!="',
  '&&': '"and"',
  '||': '"or"',
  '!': '"$not(…)"',
  '?.': '".": a path gives nothing where a part of it is missing',
  '=>': '"function($x) { … }"',
};
const OF_OPERATORS = '=!&|?.>';

/** What is to be written in place of the operator at which reading an expression came to its end; nothing where it is none of these. */
export const operatorHint = (text: string, position: number): string => {
  let [from, to] = [position - 1, position];
  while (from > 0 && OF_OPERATORS.includes(text.charAt(from - 1))) from -= 1;
  while (to < text.length && OF_OPERATORS.includes(text.charAt(to))) to += 1;
  const operator = text.slice(Math.max(0, from), to);
  const instead = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  return instead === undefined ? '' : `; for "${operator}" write ${instead}`;
};

/** Methods of JavaScript, and the functions for them. */
const METHODS: Readonly<Record<string, string>> = {
  toUpperCase: '$uppercase',
  toLowerCase: '$lowercase',
  trim: '$trim',
  split: '$split',
  join: '$join',
  replace: '$replace',
  replaceAll: '$replace',
  includes: '$contains',
  match: '$match',
  substring: '$substring',
  slice: '$substring',
  toString: '$string',
  toFixed: '$formatNumber',
  map: '$map',
  filter: '$filter',
  reduce: '$reduce',
  sort: '$sort',
  round: '$round',
  floor: '$floor',
  ceil: '$ceil',
  parse: '$parseJson',
  stringify: '$toJson',
  toFormat: '$formatDate',
  format: '$formatDate',
  plus: '$addTime',
  minus: '$addTime',
  startOf: '$startOf',
  diff: '$diffTime',
};

export const slipsIn = (root: Ast): readonly Slip[] => {
  const nodes = [...walk(root)];
  // What a function of the expression's own is called by may be any name.
  const calls = nodes.some(({ type }) => type === 'lambda') ? [] : nodes.flatMap(callSlip);
  return [...calls, ...nodes.flatMap(filterSlip), ...nodes.flatMap(nameSlip)];
};

const slip = (message: string, { position }: Ast, isFatal: boolean): Slip => ({
  message,
  position: typeof position === 'number' ? position : 0,
  isFatal,
});

/** `name(…)` without "$", which is a method or a function of JavaScript, and `$("Name")`. */
const callSlip = (node: Ast): Slip[] => {
  const { type, procedure } = node;
  if (type !== 'function' || !isNode(procedure)) return [];
  if (procedure.type === 'variable' && procedure.value === '')
    return [slip('$(…) calls nothing: write $node("Name")', node, true)];
  const [step, further] = Array.isArray(procedure.steps) ? (procedure.steps as Ast[]) : [];
  if (step?.type !== 'name' || further) return [];
  const name = String(step.value);
  const instead = Object.hasOwn(METHODS, name) ? `: write ${METHODS[name]}(…)` : '';
  return [slip(`${name}(…) is no function; those there are begin with "$"${instead}`, node, true)];
};

/** `$json["name"]`: a text in brackets is a condition that always holds. */
const filterSlip = (node: Ast): Slip[] =>
  [node.predicate, node.stages]
    .flatMap((each) => (Array.isArray(each) ? (each as Ast[]) : []))
    .flatMap(({ type, expr }) =>
      type === 'filter' && isNode(expr) && expr.type === 'string' && expr.value !== ''
        ? [
            slip(
              `["${expr.value}"] is a condition that always holds; for the field write .\`${expr.value}\``,
              expr,
              false,
            ),
          ]
        : [],
    );

/** A template literal is the name of a field. */
const nameSlip = (node: Ast): Slip[] =>
  node.type === 'name' && String(node.value).includes('${')
    ? [slip('what stands in backticks is the name of a field; join texts by "&"', node, false)]
    : [];
