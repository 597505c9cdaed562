import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Json, JsonObject } from '../item.ts';
import { fieldAt, fieldPath, lastName, sameNames, withField } from './field-path.ts';
import { type Accumulator, type Keeping, OPERATION_NAMES, OPERATIONS } from './summary-operations.ts';
import { valueKey } from './value-order.ts';

const operationSchema = z.strictObject({
  operation: z
    .enum(OPERATION_NAMES)
    .meta({ title: 'Operation', description: 'What is made of the values of a group.' }),
  field: fieldPath.optional().meta({
    title: 'Field',
    description: 'Nothing and null are passed over. Without a field, count counts the items.',
    examples: ['total'],
  }),
  as: fieldPath.optional().meta({
    title: 'As',
    description: 'The name of the result; operation_field when left out.',
    examples: ['revenue'],
  }),
  separator: z.string().max(100).default(', ').meta({
    title: 'Separator',
    description: 'Between the texts that concatenate joins.',
  }),
});

type Operation = z.output<typeof operationSchema>;

/** The parameters of whatever summarises: items, or the rows of a file while it is read. */
export const summaryParameters = {
  groupBy: z.array(fieldPath).max(10).default([]).meta({
    title: 'Group by',
    description: 'Fields whose values part the items into groups. Left empty: one group of all.',
  }),
  operations: z
    .array(operationSchema)
    .max(50)
    .default([])
    .meta({ title: 'Operations', description: 'What is told of each group.' }),
};

interface SummaryRules {
  readonly groupBy: readonly string[];
  readonly operations: readonly Operation[];
}

/** What is wrong with written operations that their schema cannot say. */
export const checkOperations = (operations: Json | undefined, pointer: string) => {
  const written = Array.isArray(operations) ? (operations as readonly JsonObject[]) : [];
  return [
    ...written.flatMap((each, index) =>
      each?.field === undefined && each?.operation !== 'count'
        ? [{ pointer: `${pointer}/${index}/field`, message: 'must name the field whose values are taken' }]
        : [],
    ),
    ...sameNames(
      written.map((each) => nameOf(each as unknown as Operation)),
      (index) => `${pointer}/${index}/as`,
    ),
  ];
};

/** What a summary holds while it is made, whatever it is made of: a group becomes an item, and its values become fields. */
const MOST_GROUPS = 100_000;
const MOST_CHARACTERS = 64 * 1024 * 1024;

interface Group {
  readonly keys: readonly Json[];
  readonly columns: readonly { readonly operation: Operation; readonly accumulator: Accumulator }[];
  readonly members: number[];
}

interface SummaryRow {
  readonly json: JsonObject;
  /** Which of the added objects went in, by the order they were added; empty unless members are kept. */
  readonly members: readonly number[];
}

interface Summary {
  add(json: JsonObject): void;
  /** The groups in the order they were first seen. */
  rows(): readonly SummaryRow[];
}

/** Groups objects and summarises their fields one after the other. Throws `data.type` for a value that does not fit, `data.tooMany`. */
export const makeSummary = (rules: SummaryRules, keepsMembers: boolean): Summary => {
  const groups = new Map<string, Group>();
  const keep = makeRoom();
  let added = 0;
  return {
    add: (json) => {
      const keys = rules.groupBy.map((field) => fieldAt(json, field) ?? null);
      const name = valueKey(keys);
      let group = groups.get(name);
      if (!group) {
        if (groups.size === MOST_GROUPS)
          throw new NodeError('data.tooMany', `There are more than ${MOST_GROUPS} groups.`);
        keep(name.length);
        group = emptyGroup(rules.operations, keys, keep);
        groups.set(name, group);
      }
      if (keepsMembers) group.members.push(added);
      added += 1;
      for (const column of group.columns) addTo(column, json);
    },
    rows: () =>
      [...groups.values()].map((group) => ({ json: rowOf(rules.groupBy, group), members: group.members })),
  };
};

const makeRoom = (): Keeping['keep'] => {
  let kept = 0;
  return (characters) => {
    kept += characters;
    if (kept > MOST_CHARACTERS)
      throw new NodeError('data.tooMany', `The summary holds more than ${MOST_CHARACTERS} characters.`);
  };
};

const emptyGroup = (
  operations: readonly Operation[],
  keys: readonly Json[],
  keep: Keeping['keep'],
): Group => ({
  keys,
  columns: operations.map((operation) => ({
    operation,
    accumulator: OPERATIONS[operation.operation]({ separator: operation.separator, keep }),
  })),
  members: [],
});

const addTo = ({ operation, accumulator }: Group['columns'][number], json: JsonObject): void => {
  const value = operation.field === undefined ? true : fieldAt(json, operation.field);
  if (value === undefined || value === null) return;
  try {
    accumulator.add(value);
  } catch (thrown) {
    if (!(thrown instanceof NodeError)) throw thrown;
    throw new NodeError(
      thrown.code,
      `${operation.operation} of "${operation.field ?? ''}": ${thrown.message}`,
    );
  }
};

const rowOf = (groupBy: readonly string[], { keys, columns }: Group): JsonObject => {
  const named = groupBy.reduce<JsonObject>(
    (row, field, index) => withField(row, field, keys[index] ?? null),
    {},
  );
  return columns.reduce<JsonObject>(
    (row, { operation, accumulator }) => withField(row, nameOf(operation), accumulator.result()),
    named,
  );
};

const nameOf = ({ operation, field, as }: Operation): string =>
  as ?? (typeof field === 'string' ? `${operation}_${lastName(field)}` : operation);
