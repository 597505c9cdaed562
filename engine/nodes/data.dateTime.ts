import type { DateTime } from 'luxon';
import { z } from 'zod';
import { patternProblems } from '../date-pattern.ts';
import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import { loadLuxon, partsOf, readTime, roundTime, UNITS, type Unit, writeTime } from './date-time.ts';
import { defineNode } from './define-node.ts';
import { fieldPath, withField } from './field-path.ts';
import { zoneProblems } from './written-zone.ts';

const OPERATION_NAMES = ['now', 'format', 'add', 'difference', 'round', 'extract'] as const;

const parameters = z.strictObject({
  operation: z.enum(OPERATION_NAMES).default('format').meta({
    title: 'Operation',
    description:
      'The time now; a time read and written in another form; moved; the time between two; rounded; its parts.',
  }),
  value: z
    .json()
    .optional()
    .meta({
      title: 'Time',
      description: 'The time to work on: a text, or seconds or milliseconds since 1970.',
      examples: ['{{ $json.createdAt }}'],
    }),
  inputPattern: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({
      title: 'Input pattern',
      description:
        'How the time is written, such as dd/MM/yyyy HH:mm. Left out: ISO 8601 and other common forms.',
      examples: ['dd/MM/yyyy HH:mm'],
    }),
  timezone: z
    .string()
    .max(64)
    .default('UTC')
    .meta({
      title: 'Time zone',
      description: 'The IANA zone the result is in; also of times that do not say theirs.',
      examples: ['Europe/Lisbon'],
    }),
  amount: z.number().default(0).meta({ title: 'Amount', description: 'What is added; negative goes back.' }),
  unit: z
    .enum(UNITS)
    .default('day')
    .meta({ title: 'Unit', description: 'Of what is added, of a difference, and of what is rounded to.' }),
  until: z
    .json()
    .optional()
    .meta({
      title: 'Until',
      description: 'The later of the two times of a difference.',
      examples: ['{{ $now }}'],
    }),
  rounding: z
    .enum(['down', 'up', 'nearest'])
    .default('down')
    .meta({ title: 'Rounding', description: 'Which way a time is rounded to its unit.' }),
  output: z.enum(['iso', 'pattern', 'seconds', 'milliseconds']).default('iso').meta({
    title: 'Output',
    description: 'ISO 8601, by the pattern, or seconds or milliseconds since 1970.',
  }),
  pattern: z.string().min(1).max(100).default('yyyy-MM-dd HH:mm:ss').meta({
    title: 'Pattern',
    description: 'Letters as luxon has them: yyyy MM dd HH mm ss SSS, cccc, LLLL, ZZ …',
  }),
  destination: fieldPath
    .default('date')
    .meta({ title: 'Destination', description: 'The field the result goes to.' }),
});

type Given = z.output<typeof parameters>;

/** What becomes of the time; a new operation is a new line. */
const OPERATIONS: Readonly<
  Record<Given['operation'], (given: Given, time: DateTime, until: () => DateTime) => Json>
> = {
  now: (given, time) => writeTime(time, given.output, given.pattern),
  format: (given, time) => writeTime(time, given.output, given.pattern),
  add: (given, time) => writeTime(moved(time, given.amount, given.unit), given.output, given.pattern),
  difference: ({ unit }, time, until) => until().diff(time, unit).as(unit),
  round: (given, time) => writeTime(roundTime(time, given.unit, given.rounding), given.output, given.pattern),
  extract: (_given, time) => partsOf(time),
};

const moved = (time: DateTime, amount: number, unit: Unit): DateTime => {
  const result = time.plus({ [unit]: amount });
  if (result.isValid) return result;
  throw new NodeError(
    'date.invalid',
    `${amount} × ${unit} from ${time.toISO() ?? ''} is no time a calendar knows.`,
  );
};

const NEEDS_VALUE: readonly unknown[] = ['format', 'add', 'difference', 'round', 'extract'];

export const dataDateTime = defineNode({
  type: 'data.dateTime',
  name: 'Date and time',
  description: 'Reads, writes, moves, rounds and compares times in any time zone.',
  category: 'Data',
  icon: 'calendar',
  mode: 'perItem',
  effect: ({ operation }) => (operation === 'now' ? 'read' : 'pure'),
  parameters,
  check: ({ operation = 'format', value, until, timezone, pattern, inputPattern }) => [
    ...zoneProblems(timezone),
    ...patternProblems('/pattern', pattern),
    ...patternProblems('/inputPattern', inputPattern),
    ...(NEEDS_VALUE.includes(operation) && value === undefined
      ? [{ pointer: '/value', message: 'must be a time' }]
      : []),
    ...(operation === 'difference' && until === undefined
      ? [{ pointer: '/until', message: 'must be the other time' }]
      : []),
  ],
  example: {
    parameters: {
      operation: 'add',
      value: '{{ $json.due }}',
      amount: 1,
      unit: 'month',
      destination: 'reminder',
    },
    input: [{ json: { due: '2026-01-31T09:00:00Z' } }],
    output: { main: [{ json: { due: '2026-01-31T09:00:00Z', reminder: '2026-02-28T09:00:00.000Z' } }] },
  },
  execute: async ({ parameters: given, items: [item = { json: {} }], ports }) => {
    const luxon = await loadLuxon();
    const value = given.operation === 'now' ? ports.clock.now() : given.value;
    const time = readTime(
      luxon,
      value,
      given.timezone,
      given.operation === 'now' ? undefined : given.inputPattern,
    );
    const until = () => readTime(luxon, given.until, given.timezone, given.inputPattern);
    const result = OPERATIONS[given.operation](given, time, until);
    return { outputs: { main: [{ ...item, json: withField(item.json, given.destination, result) }] } };
  },
});
