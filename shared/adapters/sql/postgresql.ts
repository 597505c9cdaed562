import type { Json, JsonObject } from '../../../engine/item.ts';
import type { SqlResult } from '../../../engine/ports.ts';
import { RowLimit, rowJson, type SessionOptions, type SqlSession, ssl } from './sql-session.ts';

/** `date` and `timestamp` say no zone: they stay as they are written. */
const AS_WRITTEN = new Set([1082, 1114]);

export const openPostgresql = async ({
  address,
  data,
  timeoutMilliseconds,
}: SessionOptions): Promise<SqlSession> => {
  const { default: pg } = await import('pg');
  const types = {
    getTypeParser: (oid: number, format?: string) =>
      AS_WRITTEN.has(oid) ? (text: string) => text : pg.types.getTypeParser(oid, format as 'text'),
  };
  const client = new pg.Client({
    host: address,
    port: Number(data.port),
    database: String(data.database),
    user: String(data.user),
    password: String(data.password),
    ssl: ssl(data),
    types: types as never,
    connectionTimeoutMillis: timeoutMilliseconds,
    statement_timeout: timeoutMilliseconds,
    application_name: 'stepwell',
  });
  // What ends the connection also ends the query that waits for it, which tells.
  client.on('error', () => undefined);
  await client.connect();
  return {
    query: (text, parameters, maxRows) =>
      new Promise<SqlResult>((resolve, reject) => {
        // The simple protocol, used where nothing is bound, would run several statements out of one text.
        const query = new pg.Query({ text, values: parameters.map(bound), queryMode: 'extended' } as never);
        const rows: JsonObject[] = [];
        query.on('row', (row: Record<string, unknown>) => {
          if (rows.length < maxRows) rows.push(rowJson(row));
          else reject(new RowLimit());
        });
        query.on('end', (result) => {
          const hasRows = (result?.fields?.length ?? 0) > 0;
          resolve({ rows: hasRows ? rows : null, affectedRows: result?.rowCount ?? rows.length });
        });
        query.on('error', reject);
        client.query(query);
      }),
    destroy: () =>
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy(),
    end: () => client.end(),
  };
};

/** Objects are sent as JSON by the driver, lists as arrays of the database: a list that holds objects is meant as JSON. */
const bound = (value: Json): unknown =>
  Array.isArray(value) && value.some((each) => typeof each === 'object' && each !== null)
    ? JSON.stringify(value)
    : value;
