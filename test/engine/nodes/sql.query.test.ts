import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import type { SqlCall, SqlPort, SqlResult } from '../../../engine/ports.ts';
import { checkNode, runNode } from './run-node.ts';

const credential = { type: 'postgresql', data: { host: 'db', port: 5432, password: 'secret' } };

const run = async (parameters: JsonObject, given: readonly JsonObject[], results: readonly SqlResult[]) => {
  const calls: SqlCall[] = [];
  const sql: SqlPort = {
    run: async (call) => {
      calls.push(call);
      return results;
    },
  };
  return { ...(await runNode({ type: 'sql.query', parameters, given, sql, credential })), calls };
};

describe('sql.query', () => {
  it('binds the values of each item, and pairs each row with the item it is for', async () => {
    const parameters = { statement: 'SELECT $1, $2', values: ['{{ $json.id }}', '{{ $json.missing }}'] };
    const results = [
      { rows: [{ a: 1 }, { a: 2 }], affectedRows: 2 },
      { rows: [{ a: 3 }], affectedRows: 1 },
    ];
    const { outputs, pairing, calls } = await run(parameters, [{ id: 1 }, { id: 2 }], results);
    expect(outputs.main).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
    expect(pairing).toEqual({ main: [0, 0, 1] });
    expect(calls).toMatchObject([
      {
        statements: [
          { text: 'SELECT $1, $2', parameters: [1, null] },
          { text: 'SELECT $1, $2', parameters: [2, null] },
        ],
        transaction: true,
        readOnly: false,
      },
    ]);
  });

  it('runs once where asked', async () => {
    const { calls, pairing } = await run(
      { statement: 'SELECT 1', run: 'once' },
      [{}, {}],
      [{ rows: [{ a: 1 }], affectedRows: 1 }],
    );
    expect(calls[0]?.statements).toHaveLength(1);
    expect(pairing).toEqual({ main: 'all' });
  });

  it('takes a list of values from an expression', async () => {
    const { calls } = await run(
      { statement: 'SELECT $1', values: '{{ $json.list }}' },
      [{ list: [1, { a: 2 }] }],
      [{ rows: [], affectedRows: 0 }],
    );
    expect(calls[0]?.statements[0]?.parameters).toEqual([1, { a: 2 }]);
    const { error } = await run({ statement: 'SELECT $1', values: '{{ $json.list }}' }, [{ list: 'x' }], []);
    expect(error?.code).toBe('sql.values');
  });

  it('says what a statement without rows has done', async () => {
    const { outputs } = await run(
      { statement: 'INSERT' },
      [{}],
      [{ rows: null, affectedRows: 1, insertId: 7 }],
    );
    expect(outputs.main).toEqual([{ affectedRows: 1, insertId: 7 }]);
  });

  it('needs a credential', async () => {
    const { error } = await runNode({ type: 'sql.query', parameters: { statement: 'SELECT 1' } });
    expect(error?.code).toBe('sql.credential');
  });

  it('refuses expressions inside the statement', () => {
    expect(checkNode('sql.query', { statement: "SELECT '{{ $json.id }}'" })).toEqual([
      { pointer: '/statement', message: expect.stringContaining('put $1 or ? where a value goes') },
    ]);
    expect(checkNode('sql.query', {}).map(({ pointer }) => pointer)).toEqual(['/statement']);
    expect(
      checkNode('sql.query', { statement: 'SELECT 1', values: 'x' }).map(({ pointer }) => pointer),
    ).toEqual(['/values']);
  });
});
