import type { Json, JsonObject } from '../../../engine/item.ts';
import type { SqlCall, SqlResult } from '../../../engine/ports.ts';

/** One connection to one kind of database. */
export interface SqlSession {
  /** Throws RowLimit when there are more rows than may be. */
  query(text: string, parameters: readonly Json[], maxRows: number): Promise<SqlResult>;
  /** Ends it at once, whatever it is doing. */
  destroy(): void;
  end(): Promise<void>;
}

/** What opening a session takes: where to, as whom, for how long. */
export interface SessionOptions {
  /** Checked; connected to instead of the name, which TLS still verifies. */
  readonly address: string;
  readonly data: SqlCall['credential']['data'];
  readonly timeoutMilliseconds: number;
}

/** More rows than a node may take. */
export class RowLimit extends Error {
  override readonly name = 'RowLimit';
}

export const ssl = (data: SessionOptions['data']) =>
  data.tls === 'off' ? false : { servername: String(data.host), rejectUnauthorized: data.tls !== 'noVerify' };

/** What drivers give as JSON: times as ISO-8601, bytes as base64, integers that are too large for a number as text. */
export const rowJson = (row: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, valueJson(value)]));

const valueJson = (value: unknown): Json => {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (typeof value === 'bigint') return value.toString();
  return value as Json;
};
