import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { cp, type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { threadId } from 'node:worker_threads';
import { NodeError } from '../../engine/errors.ts';
import type { PayloadStore } from '../../shared/store/connection.ts';
import { errorCode } from './start-error.ts';

const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG']);

/** How names of files begin that are still being written. No key of a payload does. */
const UNFINISHED = '.';

/** What a process that was killed was writing: nobody knows of it. */
export const removeUnfinished = (folder: string): void => {
  for (const name of readdirSync(folder)) if (name.startsWith(UNFINISHED)) rmSync(join(folder, name));
};

/** What does not fit into the journal, and files: one file each. A payload is there whole or not at all. */
export const payloadFolder = (folder: string): PayloadStore => {
  const root = resolve(folder);
  const missing = (key: string, cause?: unknown): NodeError =>
    new NodeError('payload.missing', `There is no payload ${key}.`, { cause });
  /** What cannot be read now, as there are too many open files, may be read later: an execution is not given up for it. */
  const unreadable = (key: string, error: unknown): unknown =>
    ABSENT.has(errorCode(error) ?? '') ? missing(key, error) : error;
  const pathOf = (key: string): string => {
    const path = resolve(root, key);
    if (!path.startsWith(`${root}${sep}`)) throw missing(key);
    return path;
  };
  let made = 0;
  const writeWhole = async <T>(key: string, write: (file: FileHandle) => Promise<T>): Promise<T> => {
    const path = pathOf(key);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Threads share the process id, and each counts for itself.
    const unfinished = join(root, `${UNFINISHED}${process.pid}-${threadId}-${made++}`);
    const file = await open(unfinished, 'w', 0o600);
    try {
      const written = await write(file);
      await file.sync();
      await rename(unfinished, path);
      return written;
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  };
  return {
    put: (key, bytes) => writeWhole(key, (file) => file.writeFile(bytes)),
    get: async (key) => {
      try {
        return await readFile(pathOf(key));
      } catch (error) {
        throw unreadable(key, error);
      }
    },
    write: (key, chunks) =>
      writeWhole(key, async (file) => {
        const hash = createHash('sha256');
        let size = 0;
        for await (const chunk of chunks) {
          hash.update(chunk);
          size += chunk.length;
          await file.appendFile(chunk);
        }
        return { size, sha256: hash.digest('hex') };
      }),
    read: async (key) => {
      try {
        return (await open(pathOf(key))).createReadStream();
      } catch (error) {
        throw unreadable(key, error);
      }
    },
    removePrefix: (prefix) => rm(pathOf(prefix), { recursive: true, force: true }),
    copyPrefix: async (from, to) => {
      try {
        await cp(pathOf(from), pathOf(to), { recursive: true });
      } catch (error) {
        // An execution that has put nothing aside has no folder.
        if (errorCode(error) !== 'ENOENT') throw error;
      }
    },
  };
};
