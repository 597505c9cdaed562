import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { freeBytesOf } from './disk-guard.ts';
import { lockFolder } from './instance-lock.ts';
import { removeUnfinished } from './payload-folder.ts';
import { errorCode, StartError } from './start-error.ts';

/** Everything an instance keeps, in one folder that only its owner can read. */
export interface DataFolder {
  readonly path: string;
  readonly database: string;
  /** The file of the journals. */
  readonly journals: string;
  readonly payloads: string;
  /** Signs the cursors of lists. */
  readonly cursorKey: Uint8Array;
  /** Where the key that signs sessions is kept. */
  readonly signingKey: string;
  /** Where the key that wraps those of credentials is kept. */
  readonly credentialsKey: string;
  readonly setupToken: string;
  release(): void;
}

/** Below this the database may not get to the end of what it begins. */
const MIN_FREE_BYTES = 64 * 1024 * 1024;

export interface DataFolderOptions {
  /** Used instead of a generated one. */
  readonly setupToken?: string | undefined;
  /** Bytes left on the disk of a folder. */
  readonly freeBytes?: (path: string) => number;
}

export const openDataFolder = (written: string, options: DataFolderOptions = {}): DataFolder => {
  const path = resolve(written);
  makeFolder(path);
  const free = (options.freeBytes ?? freeBytesOf)(path);
  if (free < MIN_FREE_BYTES)
    throw new StartError(
      `The disk of ${path} has ${Math.floor(free / 1024 / 1024)} MiB left, and Stepwell needs 64 to start. Make room.`,
    );
  const release = lockFolder(path);
  try {
    const keys = join(path, 'keys');
    makeFolder(keys);
    makeFolder(join(path, 'payloads'));
    for (const file of [databaseIn(path), journalsIn(path)]) mustBeDatabase(file);
    removeUnfinished(join(path, 'payloads'));
    return {
      path,
      database: databaseIn(path),
      journals: journalsIn(path),
      payloads: join(path, 'payloads'),
      cursorKey: Buffer.from(
        keptSecret(join(keys, 'cursor.key'), () => randomBytes(32).toString('base64url')),
        'base64url',
      ),
      signingKey: join(keys, 'signing.jwk'),
      credentialsKey: join(keys, 'credentials.key'),
      setupToken:
        options.setupToken ||
        keptSecret(join(path, 'setup-token'), () => randomBytes(18).toString('base64url')),
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
};

/** The file that the database of a folder keeps its data in. */
export const databaseIn = (path: string): string => join(path, 'stepwell.db');

/** The file that the journals of a folder's executions are kept in. */
export const journalsIn = (path: string): string => join(path, 'journals.db');

/** The first bytes of every SQLite database (https://www.sqlite.org/fileformat.html §1.3). */
const DATABASE_HEADER = Buffer.from('SQLite format 3\0');

const mustBeDatabase = (file: string): void => {
  if (!existsSync(file) || statSync(file).size === 0) return;
  const head = Buffer.alloc(DATABASE_HEADER.length);
  const opened = openSync(file, 'r');
  readSync(opened, head);
  closeSync(opened);
  if (head.equals(DATABASE_HEADER)) return;
  throw new StartError(`${file} is not a database. Put the backup of the whole folder in its place.`);
};

const makeFolder = (path: string): void => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  } catch (error) {
    if (errorCode(error) === 'ENOSPC') throw error;
    throw new StartError(`The data folder ${path} cannot be made or is not ours: ${String(error)}`);
  }
};

/** A secret from its file, made the first time. It appears whole: a crash leaves the old one or none. */
export const keptSecret = (path: string, make: () => string): string => {
  if (existsSync(path)) {
    const kept = readFileSync(path, 'utf8').trim();
    if (kept !== '') return kept;
  }
  const secret = make();
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, secret, { mode: 0o600, flush: true });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  return secret;
};

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
