import type { Unzipped } from 'fflate';
import { NodeError } from '../errors.ts';

/** What an archive may hold: enough for what workflows exchange, too little to fill a machine. */
export const ARCHIVE_LIMITS = {
  bytes: 16 * 1024 * 1024,
  unpackedBytes: 64 * 1024 * 1024,
  entries: 1_000,
} as const;

/** `kind`: what who reads an error takes the file for. Throws `file.invalid` for what is no archive, `file.tooLarge` for one that unpacks to more than it may. */
export const unpackZip = async (bytes: Uint8Array, kind = 'ZIP archive'): Promise<Unzipped> => {
  const { unzipSync } = await import('fflate');
  let unpacked = 0;
  let entries = 0;
  try {
    return unzipSync(bytes, {
      // An entry is unpacked into as many bytes as it says it has, so that a lie does not get further than the truth.
      filter: ({ name, originalSize }) => {
        if (name.endsWith('/')) return false;
        unpacked += originalSize;
        entries += 1;
        if (unpacked > ARCHIVE_LIMITS.unpackedBytes)
          throw new NodeError(
            'file.tooLarge',
            `The archive unpacks to more than ${ARCHIVE_LIMITS.unpackedBytes} bytes.`,
          );
        if (entries > ARCHIVE_LIMITS.entries)
          throw new NodeError(
            'file.tooLarge',
            `The archive holds more than ${ARCHIVE_LIMITS.entries} files.`,
          );
        return true;
      },
    });
  } catch (thrown) {
    if (thrown instanceof NodeError) throw thrown;
    const message = `The file is no ${kind}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    throw new NodeError('file.invalid', message, { cause: thrown });
  }
};
