import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDefunct, processStart } from './process-start.ts';
import { errorCode, StartError } from './start-error.ts';

interface Holder {
  readonly pid: number;
  /** When that process began, as the system tells it: a process id alone is used again sooner or later. */
  readonly startedAt: string | null;
}

/** Takes a folder for this process. A lock left by a process that is gone is taken over. Returns the release. */
export const lockFolder = (folder: string): (() => void) => {
  const path = join(folder, 'instance.lock');
  const own = join(folder, `instance.lock.${process.pid}`);
  const holder: Holder = { pid: process.pid, startedAt: processStart(process.pid) };
  writeFileSync(own, JSON.stringify(holder), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (linked(own, path)) return () => rmSync(path, { force: true });
      const found = readHolder(path);
      if (found && isAlive(found))
        throw new StartError(
          `The data folder ${folder} is used by another Stepwell (process ${found.pid}). Stop it, or choose another folder with STEPWELL_DATA.`,
        );
      dropStale(path, found);
    }
  } finally {
    rmSync(own, { force: true });
  }
  throw new StartError(`The data folder ${folder} is being taken by another Stepwell. Try again.`);
};

/** Whether a process that lives has taken the folder. */
export const isLocked = (folder: string): boolean => {
  const holder = readHolder(join(folder, 'instance.lock'));
  return holder !== null && isAlive(holder);
};

/** A link appears whole or not at all: nobody reads a lock that is half written. */
const linked = (own: string, path: string): boolean => {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
};

const readHolder = (path: string): Holder | null => {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof found !== 'object' || found === null || !('pid' in found) || typeof found.pid !== 'number')
      return null;
    const startedAt = 'startedAt' in found && typeof found.startedAt === 'string' ? found.startedAt : null;
    return { pid: found.pid, startedAt };
  } catch {
    return null;
  }
};

const isAlive = ({ pid, startedAt }: Holder): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
  if (isDefunct(pid)) return false;
  const now = processStart(pid);
  return startedAt === null || now === null || now === startedAt;
};

/** Moves the stale lock away and looks again: somebody may have replaced it since it was read. */
const dropStale = (path: string, found: Holder | null): void => {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = readHolder(aside);
  if (moved && (moved.pid !== found?.pid || moved.startedAt !== found.startedAt)) linked(aside, path);
  rmSync(aside, { force: true });
};
