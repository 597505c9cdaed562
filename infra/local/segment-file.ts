import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { AppError } from '../../shared/errors.ts';
import { once } from '../../shared/once.ts';

/** A segment of a journal as it is kept. */
export interface StoredSegment {
  readonly partition: string;
  readonly sequence: string;
  /** Seconds since 1970. */
  readonly expiresAt: number | null;
  /** What else it holds, as text. */
  readonly body: string;
}

type Name = Pick<StoredSegment, 'partition' | 'sequence'>;

export type SegmentWrite =
  /** `isNew`: there must be none of this name. */
  | { readonly kind: 'put'; readonly segment: StoredSegment; readonly isNew: boolean }
  | { readonly kind: 'expire'; readonly segment: Omit<StoredSegment, 'body'> }
  | { readonly kind: 'delete'; readonly segment: Name };

export interface SegmentRange {
  readonly partition: string;
  /** Sequences, both included. */
  readonly from: string;
  readonly to: string;
  /** Goes on behind this one; '' for none. */
  readonly behind: string;
  readonly limit: number;
  readonly isForward: boolean;
}

export interface SegmentFile {
  /** On disk when it resolves; with what else is written in the same turn of the event loop. False when there was one already. */
  write(write: SegmentWrite): Promise<boolean>;
  read(range: SegmentRange): readonly StoredSegment[];
  /** Leaves one file, with all that was written. */
  close(): void;
}

interface Waiting extends PromiseWithResolvers<boolean> {
  readonly write: SegmentWrite;
}

/** Another thread writes for a fraction of a millisecond. */
const BUSY_MILLISECONDS = 5_000;
/** Journals are read once, or not at all. */
const CACHE_KIBIBYTES = 256;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS segments (
    partition TEXT NOT NULL, sequence TEXT NOT NULL, expires_at INTEGER, body TEXT NOT NULL,
    PRIMARY KEY (partition, sequence)
  ) STRICT`;

/**
 * Segments of journals in SQLite inside of this process. A durable write takes one wait for the disk here, and nothing else; over
 * a socket to another process three quarters of it went into waking each other up. All threads may open the same file.
 */
export const openSegmentFile = (file: string): SegmentFile => {
  const opened = once(() => open(file));
  let queue: Waiting[] = [];

  const flush = (): void => {
    const batch = queue;
    queue = [];
    try {
      const { database, statements } = opened();
      const outcomes = transaction(database, () => batch.map(({ write }) => perform(statements, write)));
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] === true);
    } catch (error) {
      for (const { reject } of batch) reject(translated(error));
    }
  };

  return {
    write: (write) => {
      const waiting = { write, ...Promise.withResolvers<boolean>() };
      if (queue.push(waiting) === 1) setImmediate(flush);
      return waiting.promise;
    },
    read: ({ partition, from, to, behind, limit, isForward }) => {
      try {
        const { statements } = opened();
        const select = isForward ? statements.forward : statements.backward;
        return select.all(partition, from, to, behind, limit) as unknown as StoredSegment[];
      } catch (error) {
        throw translated(error);
      }
    },
    close: () => opened().database.close(),
  };
};

/** What is wrong with a write itself, by https://www.sqlite.org/rescode.html; and a full disk, which the store tells by its words. */
const TOLD_AS_THEY_ARE: ReadonlySet<number> = new Set([13, 19]);

/** What the file cannot do now says nothing against an execution: like a database that does not answer, it is tried again. */
const translated = (error: unknown): unknown => {
  const isOfFile = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
  if (!isOfFile || TOLD_AS_THEY_ARE.has((error.errcode as number) & 0xff)) return error;
  const message = `The journals cannot be read or written: ${error.message}.`;
  return new AppError('storage.unavailable', message, { retryAfter: 1, cause: error });
};

/** SQLite is loaded with the first segment: an instance that has nothing to do does without. */
const open = (file: string): { readonly database: DatabaseSync; readonly statements: Statements } => {
  const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite');
  const database = new Database(file, { timeout: BUSY_MILLISECONDS });
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -${CACHE_KIBIBYTES};
    ${SCHEMA}`);
  return { database, statements: prepare(database) };
};

type Statements = Readonly<
  Record<'insert' | 'replace' | 'expire' | 'delete' | 'forward' | 'backward', StatementSync>
>;

const prepare = (database: DatabaseSync): Statements => {
  const put = (otherwise: string) =>
    database.prepare(`
      INSERT INTO segments (partition, sequence, expires_at, body) VALUES (?, ?, ?, ?)
      ON CONFLICT (partition, sequence) DO ${otherwise}`);
  const read = (isBehind: string, order: string) =>
    database.prepare(`
      SELECT partition, sequence, expires_at AS expiresAt, body FROM segments
      WHERE partition = ?1 AND sequence BETWEEN ?2 AND ?3 AND ${isBehind}
      ORDER BY sequence ${order} LIMIT ?5`);
  return {
    insert: put('NOTHING'),
    replace: put('UPDATE SET expires_at = excluded.expires_at, body = excluded.body'),
    expire: database.prepare('UPDATE segments SET expires_at = ? WHERE partition = ? AND sequence = ?'),
    delete: database.prepare('DELETE FROM segments WHERE partition = ? AND sequence = ?'),
    forward: read('sequence > ?4', 'ASC'),
    backward: read("(?4 = '' OR sequence < ?4)", 'DESC'),
  };
};

const perform = (statements: Statements, write: SegmentWrite): boolean => {
  const { partition, sequence } = write.segment;
  if (write.kind === 'put') {
    const { expiresAt, body } = write.segment;
    const insert = write.isNew ? statements.insert : statements.replace;
    return insert.run(partition, sequence, expiresAt, body).changes === 1;
  }
  if (write.kind === 'delete') statements.delete.run(partition, sequence);
  else statements.expire.run(write.segment.expiresAt, partition, sequence);
  return true;
};

const transaction = <T>(database: DatabaseSync, act: () => T): T => {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = act();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};
