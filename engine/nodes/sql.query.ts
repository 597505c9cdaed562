import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Item, Json } from '../item.ts';
import type { SqlResult } from '../ports.ts';
import { defineNode } from './define-node.ts';

const MOST_ROWS = 100_000;
const MOST_STATEMENTS = 10_000;

export const sqlQuery = defineNode({
  type: 'sql.query',
  name: 'SQL',
  description: 'Runs a statement on PostgreSQL or MySQL, with bound parameters, for each item or once.',
  category: 'Databases',
  icon: 'database',
  needsCredential: true,
  credentialTypes: ['postgresql', 'mysql'],
  effect: ({ readOnly }) => (readOnly ? 'read' : 'write'),
  rawParameters: ['statement', 'values'],
  parameters: z.strictObject({
    statement: z
      .string()
      .max(100_000)
      .default('')
      .meta({
        title: 'Statement',
        description: 'SQL, with $1, $2 … (PostgreSQL) or ? (MySQL) where values go.',
        examples: ['SELECT id, total FROM orders WHERE customer = $1'],
      }),
    values: z
      .json()
      .default([])
      .meta({
        title: 'Values',
        description: 'A list: what is bound, evaluated for each item.',
        examples: [['{{ $json.customer }}']],
      }),
    run: z
      .enum(['perItem', 'once'])
      .default('perItem')
      .meta({ title: 'Run', description: 'Once: with the values of the first item.' }),
    transaction: z.boolean().default(true).meta({
      title: 'Transaction',
      description: 'The statements of all items take effect together or not at all.',
    }),
    readOnly: z.boolean().default(false).meta({
      title: 'Read only',
      description: 'The database refuses changes; the node may be repeated at will.',
    }),
    maxRows: z
      .int()
      .min(1)
      .max(MOST_ROWS)
      .default(10_000)
      .meta({ title: 'Most rows', description: 'More of them fail the node.' }),
    timeoutSeconds: z
      .number()
      .positive()
      .max(300)
      .default(30)
      .meta({ title: 'Timeout', description: 'Seconds.' }),
  }),
  check: ({ statement, values }) => [
    ...(typeof statement === 'string' && statement.trim() !== ''
      ? []
      : [{ pointer: '/statement', message: 'must be SQL' }]),
    ...(typeof statement === 'string' && statement.includes('{{')
      ? [
          {
            pointer: '/statement',
            message: 'must be fixed: put $1 or ? where a value goes, and the expression into values',
          },
        ]
      : []),
    ...(values === undefined ||
    Array.isArray(values) ||
    (typeof values === 'string' && values.startsWith('{{'))
      ? []
      : [{ pointer: '/values', message: 'must be a list, or an expression that gives one' }]),
  ],
  example: {
    parameters: {
      statement: 'SELECT id, total FROM orders WHERE customer = $1',
      values: ['{{ $json.customer }}'],
      readOnly: true,
    },
    input: [{ json: { customer: 'c-7' } }],
    output: { main: [{ json: { id: 1, total: '250.00' } }] },
  },
  execute: async ({ parameters: given, items, ports, signal, credential, evaluate }) => {
    const found = await credential();
    if (!found)
      throw new NodeError('sql.credential', 'The node needs a credential of type postgresql or mysql.');
    const count = given.run === 'once' ? 1 : items.length;
    if (count > MOST_STATEMENTS)
      throw new NodeError(
        'sql.tooMany',
        `${count} items would be as many statements; ${MOST_STATEMENTS} are allowed in one run.`,
      );
    const statements = await Promise.all(
      Array.from({ length: count }, async (_, index) => ({
        text: given.statement,
        parameters: await bound(given.values, async (value) => evaluate(value, index)),
      })),
    );
    const results = await ports.sql.run({
      credential: found,
      statements,
      transaction: given.transaction,
      readOnly: given.readOnly,
      maxRows: given.maxRows,
      timeoutMilliseconds: given.timeoutSeconds * 1000,
      signal,
    });
    const rows = results.map(itemsOf);
    return {
      outputs: { main: rows.flat() },
      pairing: { main: given.run === 'once' ? 'all' : rows.flatMap((each, index) => each.map(() => index)) },
    };
  },
});

/** An expression that gives nothing binds NULL, so that the others keep their places. */
const bound = async (
  values: Json,
  evaluate: (value: Json) => Promise<Json | undefined>,
): Promise<readonly Json[]> => {
  if (Array.isArray(values))
    return Promise.all(values.map(async (each: Json) => (await evaluate(each)) ?? null));
  const list = await evaluate(values);
  if (Array.isArray(list)) return list;
  const found = JSON.stringify(list ?? null).slice(0, 100);
  throw new NodeError('sql.values', `The values must be a list, and are ${found}.`);
};

/** Rows as items; a statement that gives none says what it has done. */
const itemsOf = ({ rows, affectedRows, insertId }: SqlResult): readonly Item[] => {
  if (rows) return rows.map((json) => ({ json }));
  return [{ json: { affectedRows, ...(insertId !== undefined && { insertId }) } }];
};
