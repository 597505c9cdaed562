import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;

/** What a key file holds, in a file that only its owner may read; made when there is none. */
export const keyFile = (path: string, make: () => string): string => {
  const kept = read(path);
  if (kept !== null) return kept;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Written aside and linked, so that the file is never seen half and the first of two processes wins.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, make(), { mode: OWNER_ONLY, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(path, 'utf8');
};

const read = (path: string): string | null => {
  try {
    const text = readFileSync(path, 'utf8');
    // One that came from a backup may have become readable to others on its way.
    chmodSync(path, OWNER_ONLY);
    return text;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
};

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
