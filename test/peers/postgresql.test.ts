import { expect, it } from 'vitest';
import type { SqlCall } from '../../engine/ports.ts';
import { openSqlClient } from '../../shared/adapters/sql/sql-client.ts';
import { postgresql } from './postgresql.ts';

const aDatabase = async () => {
  const { host, port, rows } = await postgresql('CREATE TABLE cups (id int PRIMARY KEY)');
  const allowed = [`${host}:${port}`];
  const data = { host, port, database: 'postgres', user: 'postgres', password: 'x', tls: 'off' };
  const client = openSqlClient(allowed);
  const put = (ids: readonly number[], more: Partial<SqlCall> = {}) =>
    client.run({
      credential: { id: 'cred_1', type: 'postgresql', data, allowedHosts: allowed },
      statements: ids.map((id) => ({ text: 'INSERT INTO cups VALUES ($1)', parameters: [id] })),
      transaction: true,
      readOnly: false,
      maxRows: 10,
      timeoutMilliseconds: 10_000,
      signal: new AbortController().signal,
      ...more,
    });
  return { put, ids: async () => (await rows('SELECT id FROM cups ORDER BY id')).map(({ id }) => id) };
};

it('keeps what a transaction has done, or nothing of it', async () => {
  const { put, ids } = await aDatabase();
  await put([1, 2]);
  await expect(put([3, 1])).rejects.toMatchObject({ code: 'sql.failed', details: { code: '23505' } });
  expect(await ids()).toEqual([1, 2]);
  await put([3]);
  expect(await ids()).toEqual([1, 2, 3]);
});

it('serves several at once, one transaction after the other', async () => {
  const { put, ids } = await aDatabase();
  await Promise.all([1, 3, 5].map((id) => put([id, id + 1])));
  expect(await ids()).toEqual([1, 2, 3, 4, 5, 6]);
});

it('lets nobody write who only reads, and begins empty each time', async () => {
  const { put, ids } = await aDatabase();
  await expect(put([1], { readOnly: true })).rejects.toMatchObject({ details: { code: '25006' } });
  expect(await ids()).toEqual([]);
});
