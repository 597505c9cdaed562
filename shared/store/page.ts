import type { StoreConnection } from './connection.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { send } from './failures.ts';

export interface Page<T> {
  readonly data: T[];
  readonly nextCursor: string | null;
}

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** The user who asks; a cursor is good for nobody else. */
  readonly caller: string;
}

/** An ElectroDB query of one index. */
export interface IndexQuery {
  go(options: { limit: number; cursor: string | null; order: 'asc' | 'desc' }): Promise<{
    data: unknown;
    cursor: string | null;
  }>;
}

/** Rows read for one page of a filtered list before it is cut short with a cursor. */
export const MAX_ROWS_PER_PAGE = 1_000;

export interface PageOptions<R> extends PageQuery {
  readonly list: string;
  readonly filters: Readonly<Record<string, unknown>>;
  readonly order?: 'asc' | 'desc';
  /** Picks rows while reading; a page that finds few ends early, with a cursor. */
  readonly matches?: (row: R) => boolean;
}

/** One page of an index; `filters` binds the cursor to what was asked. */
export const readPage = async <R>(
  connection: StoreConnection,
  query: IndexQuery,
  complete: (stored: unknown) => R,
  { list, filters, limit, cursor, caller, order = 'asc', matches = () => true }: PageOptions<R>,
): Promise<Page<R>> => {
  const scope = { list, caller, filters };
  let position = cursor === undefined ? null : (readCursor(connection.cursorKey, scope, cursor).at ?? null);
  const data: R[] = [];
  let read = 0;
  do {
    const wanted = limit - data.length;
    const found = await send(() => query.go({ limit: wanted, cursor: position, order }));
    const all = (found.data as unknown[]).map(complete);
    data.push(...all.filter(matches));
    read += all.length;
    position = found.cursor;
  } while (position !== null && data.length < limit && read < MAX_ROWS_PER_PAGE);
  return {
    data,
    nextCursor: position === null ? null : writeCursor(connection.cursorKey, scope, { at: position }),
  };
};
