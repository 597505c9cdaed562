import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { threadId } from 'node:worker_threads';
import { NodeError } from '../../engine/errors.ts';
import type { PayloadPort } from '../../engine/ports.ts';

/** What does not fit into the journal, a file each. A payload is there whole or not at all. */
export const payloadFolder = (
  folder: string,
): PayloadPort & { removePrefix(prefix: string): Promise<void> } => {
  const root = resolve(folder);
  const pathOf = (key: string): string => {
    const path = resolve(root, key);
    if (!path.startsWith(`${root}${sep}`))
      throw new NodeError('payload.missing', `There is no payload ${key}.`);
    return path;
  };
  let made = 0;
  return {
    put: async (key, bytes) => {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // Threads share the process id, and each counts for itself.
      const unfinished = join(root, `.${process.pid}-${threadId}-${made++}`);
      const file = await open(unfinished, 'w', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, path);
    },
    get: async (key) => {
      try {
        return await readFile(pathOf(key));
      } catch (error) {
        throw new NodeError('payload.missing', `There is no payload ${key}.`, { cause: error });
      }
    },
    removePrefix: (prefix) => rm(pathOf(prefix), { recursive: true, force: true }),
  };
};
