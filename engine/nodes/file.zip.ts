import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { cleanFileName } from '../files.ts';
import type { Item } from '../item.ts';
import { ARCHIVE_LIMITS, unpackZip } from './archive.ts';
import { newFileName, wholeFile } from './file-content.ts';
import { aboutFile, defineFileNode } from './file-node.ts';
import { mediaTypeOf } from './media-type.ts';

const shape = {
  fileName: newFileName('files.zip'),
  level: z
    .int()
    .min(0)
    .max(9)
    .default(6)
    .meta({ title: 'Level', description: '0 stores, 9 packs tightest.' }),
};

export const fileZip = defineFileNode({
  type: 'file.zip',
  name: 'ZIP',
  description: 'Unpacks an archive into an item per file, or packs all files of all items into one archive.',
  icon: 'archive',
  operations: ['unpack', 'pack'],
  shape,
  example: {
    parameters: { operation: 'unpack' },
    input: [
      {
        json: {},
        binary: {
          file: { ref: 'exec_1/files/1', fileName: 'a.zip', mediaType: 'application/zip', size: 150 },
        },
      },
    ],
    output: { main: [{ json: { path: 'docs/a.txt', fileName: 'a.txt', size: 5 } }] },
  },
  take: async (archive, _given, { files, signal }) => {
    const entries = await unpackZip(await wholeFile(files, archive, ARCHIVE_LIMITS.bytes));
    const items: Item[] = [];
    for (const [path, bytes] of Object.entries(entries)) {
      signal.throwIfAborted();
      // The path says where a file was; what it is called from here on is its last segment only.
      const fileName = cleanFileName(path);
      const file = await files.save(bytes, { fileName, mediaType: mediaTypeOf(fileName) });
      items.push({ json: { path, ...aboutFile(file) }, binary: { file } });
    }
    return items;
  },
  make: async (items, given, { files }) => {
    const { zipSync } = await import('fflate');
    const packed: Record<string, Uint8Array> = {};
    let size = 0;
    for (const file of items.flatMap((item) => Object.values(item.binary ?? {}))) {
      size += file.size;
      if (size > ARCHIVE_LIMITS.unpackedBytes)
        throw new NodeError(
          'file.tooLarge',
          `The files have more than ${ARCHIVE_LIMITS.unpackedBytes} bytes together.`,
        );
      packed[freeName(packed, file.fileName ?? 'file')] = await wholeFile(
        files,
        file,
        ARCHIVE_LIMITS.unpackedBytes,
      );
    }
    const count = Object.keys(packed).length;
    if (count === 0) throw new NodeError('file.missing', 'None of the items has a file to pack.');
    const archive = zipSync(packed, { level: given.level as 6 });
    const file = await files.save(archive, { fileName: given.fileName, mediaType: 'application/zip' });
    return { file, json: aboutFile(file, { files: count }) };
  },
});

/** `a.txt`, then `a (2).txt` and so on: nothing is packed over another. */
const freeName = (taken: Readonly<Record<string, unknown>>, name: string): string => {
  const [, stem = name, ending = ''] = /^(.+?)(\.[^.]*)?$/.exec(name) ?? [];
  let free = name;
  for (let count = 2; Object.hasOwn(taken, free); count += 1) free = `${stem} (${count})${ending}`;
  return free;
};
