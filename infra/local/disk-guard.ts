import { statfsSync } from 'node:fs';
import { AppError } from '../../shared/errors.ts';

/** Refuses to write when the disk is nearly full: a database that runs out of room in the middle of a write is worse off. */
export interface DiskGuard {
  /** Throws `storage.full`. */
  mustHaveRoom(): void;
}

export interface DiskGuardOptions {
  readonly folder: string;
  readonly now: () => number;
  /** Bytes left on the disk of a folder. */
  readonly freeBytes?: (folder: string) => number;
}

/** Less than a start asks for, so that what starts can also remove executions. */
const MIN_FREE_BYTES = 32 * 1024 * 1024;
const LOOK_MILLISECONDS = 1_000;
const MEBIBYTE = 1024 * 1024;

export const makeDiskGuard = ({ folder, now, freeBytes = freeBytesOf }: DiskGuardOptions): DiskGuard => {
  let free = Infinity;
  let lookAt = 0;
  return {
    mustHaveRoom: () => {
      if (now() >= lookAt) {
        free = freeBytes(folder);
        lookAt = now() + LOOK_MILLISECONDS;
      }
      if (free >= MIN_FREE_BYTES) return;
      throw new AppError(
        'storage.full',
        `The disk of ${folder} has ${Math.floor(free / MEBIBYTE)} MiB left. Make room: nothing is written below ${MIN_FREE_BYTES / MEBIBYTE} MiB, but executions can be removed.`,
      );
    },
  };
};

export const freeBytesOf = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};
