import { RE2JS } from 're2js';
import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { isOneExpression } from '../expression/template.ts';
import { IN_WORDS } from '../schema-words.ts';

type Operator = (left: unknown, right: unknown) => boolean;

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Equal as JSON: the order in which the fields of an object were written says nothing. */
const same = (left: unknown, right: unknown): boolean => {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  const [own, other] = [Object.entries(left), new Map(Object.entries(right))];
  return (
    isList(left) === isList(right) &&
    own.length === other.size &&
    own.every(([key, value]) => other.has(key) && same(value, other.get(key)))
  );
};

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** Numbers by size and texts by code unit; anything else has no order, and saying "false" would hide the mistake. */
const ordered =
  (decide: (order: number) => boolean): Operator =>
  (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return decide(left - right);
    if (typeof left === 'string' && typeof right === 'string')
      return decide(left < right ? -1 : left > right ? 1 : 0);
    throw new NodeError(
      'condition.notComparable',
      `Two numbers or two texts can be compared; these are ${kindOf(left)} and ${kindOf(right)}.`,
    );
  };

/** Values that could be compared with others as they are written: "20" is no number. */
const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string')
    return value.length > LONGEST_SHOWN ? 'a longer text' : `the text ${JSON.stringify(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (isList(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
};

const LONGEST_SHOWN = 40;

const onText =
  (decide: (text: string, part: string) => boolean): Operator =>
  (left, right) =>
    typeof left === 'string' && typeof right === 'string' && decide(left, right);

const contains: Operator = (left, right) =>
  isList(left)
    ? left.some((each) => same(each, right))
    : onText((text, part) => text.includes(part))(left, right);

/** Linear in the text, whatever the pattern: who writes the one may not be who sends the other. */
const matches = onText((text, pattern) => {
  const problem = patternProblem(pattern);
  if (problem) throw new NodeError('condition.pattern', `The regular expression cannot be used: ${problem}`);
  return RE2JS.compile(pattern).matcher(text).find();
});

const patternProblem = (pattern: string): string | null => {
  try {
    RE2JS.compile(pattern);
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
};

/** What If and Switch compare with. A new operator is a new line. */
const OPERATORS = {
  equals: same,
  notEquals: (left, right) => !same(left, right),
  greater: ordered((order) => order > 0),
  greaterOrEqual: ordered((order) => order >= 0),
  less: ordered((order) => order < 0),
  lessOrEqual: ordered((order) => order <= 0),
  contains,
  notContains: (left, right) => !contains(left, right),
  startsWith: onText((text, part) => text.startsWith(part)),
  endsWith: onText((text, part) => text.endsWith(part)),
  matches,
  in: (left, right) => contains(right, left),
  exists: (left) => left !== undefined && left !== null,
  notExists: (left) => left === undefined || left === null,
  isEmpty,
  isNotEmpty: (left) => !isEmpty(left),
  isTrue: (left) => left === true,
  isFalse: (left) => left === false,
} satisfies Record<string, Operator>;

type OperatorName = keyof typeof OPERATORS;

const comparison = z.strictObject({
  left: z
    .json()
    .optional()
    .meta({
      title: 'Left',
      description: 'What is looked at: mostly an expression.',
      examples: ['{{ $json.body.total }}'],
    }),
  operator: z.enum(Object.keys(OPERATORS) as [OperatorName, ...OperatorName[]]).meta({
    title: 'Operator',
    description:
      'How the two sides are compared; "matches" takes a regular expression on the right, "in" a list.',
  }),
  right: z
    .json()
    .optional()
    .meta({
      title: 'Right',
      description: 'Not looked at by operators that take one side only.',
      examples: [100, 'paid', '{{ $json.limit }}'],
    }),
});

const comparisons = z.strictObject({
  combine: z
    .enum(['and', 'or'])
    .default('and')
    .meta({ title: 'Combine', description: 'Whether all comparisons must hold, or one.' }),
  conditions: z
    .array(comparison)
    .min(1)
    .max(50)
    .meta({ title: 'Conditions', description: 'Comparisons of a left and a right side.' }),
});

/** A condition as evaluated: comparisons, or whatever an expression gave. */
export const conditionSchema = z.union([comparisons, z.json()]).meta({
  title: 'Condition',
  description: 'An expression, or comparisons combined by "and" or "or".',
  examples: ['{{ $json.body.total > 100 }}'],
});

export const holds = (condition: unknown): boolean => {
  const list = comparisons.safeParse(condition);
  if (!list.success) return isTruthy(condition);
  const { combine, conditions } = list.data;
  const check = ({ left, operator, right }: z.output<typeof comparison>) => OPERATORS[operator](left, right);
  return combine === 'and' ? conditions.every(check) : conditions.some(check);
};

/** As JSONata's $boolean has it: nothing, null, 0, "", empty objects and lists without anything true are false. */
const isTruthy = (value: unknown): boolean => {
  if (isList(value)) return value.some(isTruthy);
  return typeof value === 'object' ? !isEmpty(value) : Boolean(value);
};

interface Found {
  readonly pointer: string;
  readonly message: string;
}

/** What can be said of a written condition before it is evaluated. */
export const checkCondition = (written: unknown, pointer: string): Found[] => {
  if (typeof written === 'boolean') return [];
  if (typeof written === 'string') return checkText(written, pointer);
  const list = comparisons.safeParse(written, IN_WORDS);
  // As a plain object it would hold for every item, whatever was meant.
  if (!list.success)
    return list.error.issues
      .filter((issue) => !isExpression(valueAt(written, issue.path)))
      .map(({ path, message }) => ({
        pointer: pointer + path.map((key) => `/${String(key)}`).join(''),
        message,
      }));
  const found = list.data.conditions.flatMap(({ operator, right }, index): Found[] => {
    if (operator !== 'matches' || typeof right !== 'string' || isExpression(right)) return [];
    const message = patternProblem(right);
    return message === null ? [] : [{ pointer: `${pointer}/conditions/${index}/right`, message }];
  });
  return isConstant(written) ? [...found, { pointer, message: CONSTANT }] : found;
};

const CONSTANT = 'holds no {{ expression }}, so that it is the same for every item';

const isConstant = (written: unknown): boolean => !(JSON.stringify(written) ?? '').includes('{{');

const isExpression = (value: unknown): boolean => typeof value === 'string' && value.includes('{{');

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (each, key) =>
      typeof each === 'object' && each !== null && Object.hasOwn(each, key)
        ? Reflect.get(each, key)
        : undefined,
    value,
  );

/** Anything around an expression makes its result a text, and every text but the empty one is true. */
const checkText = (text: string, pointer: string): Found[] => {
  if (!isExpression(text)) return [{ pointer, message: CONSTANT }];
  return isOneExpression(text)
    ? []
    : [
        {
          pointer,
          message: 'must be one {{ expression }} with nothing around it; any other text is always true',
        },
      ];
};
