import { connect, isIP, type Socket } from 'node:net';
import type { Json, JsonObject } from '../../../engine/item.ts';
import type { SqlResult } from '../../../engine/ports.ts';
import { RowLimit, rowJson, type SessionOptions, type SqlSession, ssl } from './sql-session.ts';

export const openMysql = async ({
  address,
  data,
  timeoutMilliseconds,
}: SessionOptions): Promise<SqlSession> => {
  const { default: mysql } = await import('mysql2');
  const tls = ssl(data);
  const connection = mysql.createConnection({
    // What the certificate must say. The driver knows no other way to connect elsewhere than by a socket of ours.
    host: String(data.host),
    stream: () => socketTo(address, data),
    database: String(data.database),
    user: String(data.user),
    password: String(data.password),
    ...(tls && {
      ssl: { rejectUnauthorized: tls.rejectUnauthorized, verifyIdentity: tls.rejectUnauthorized },
    }),
    connectTimeout: timeoutMilliseconds,
    supportBigNumbers: true,
    bigNumberStrings: false,
    dateStrings: true,
    multipleStatements: false,
    // A server may ask the client for any of its files.
    flags: ['-LOCAL_FILES'],
  });
  connection.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  }).catch((thrown: unknown) => {
    connection.destroy();
    throw thrown;
  });
  return {
    query: (text, parameters, maxRows) =>
      new Promise<SqlResult>((resolve, reject) => {
        const rows: JsonObject[] = [];
        let changed: Omit<SqlResult, 'rows'> | null = null;
        const query = connection.execute({
          sql: text,
          values: parameters.map(bound),
          timeout: timeoutMilliseconds,
        });
        query.on('result', (row: unknown) => {
          if (isHeader(row)) {
            const { affectedRows, insertId } = row;
            changed = { affectedRows, ...(insertId !== 0 && { insertId }) };
          } else if (rows.length < maxRows) rows.push(rowJson(row as Record<string, unknown>));
          else reject(new RowLimit());
        });
        query.on('end', () =>
          resolve(changed ? { rows: null, ...changed } : { rows, affectedRows: rows.length }),
        );
        query.on('error', reject);
      }),
    destroy: () => connection.destroy(),
    end: () =>
      new Promise((resolve) => {
        connection.end(() => resolve());
      }),
  };
};

/**
 * The driver verifies names only. Node takes the identity of an address from where its socket was to go, which it notes for
 * names, and else asks for "localhost": it would trust nobody.
 */
const socketTo = (address: string, { host, port }: SessionOptions['data']): Socket => {
  const socket = connect({ host: address, port: Number(port), noDelay: true, keepAlive: true });
  return isIP(String(host)) === 0 ? socket : Object.assign(socket, { _host: String(host) });
};

interface Header {
  readonly affectedRows: number;
  readonly insertId: number;
}

const isHeader = (row: unknown): row is Header =>
  (row as { constructor?: { name?: string } }).constructor?.name === 'ResultSetHeader';

const bound = (value: Json): string | number | boolean | null =>
  typeof value === 'object' && value !== null
    ? JSON.stringify(value)
    : (value as string | number | boolean | null);
