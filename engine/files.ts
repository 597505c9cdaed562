import { NodeError } from './errors.ts';
import type { BinaryRef } from './item.ts';
import type { EnginePorts, FilePort } from './ports.ts';

/** The largest file, in bytes: what passes through a slice at some 10 MB/s. */
export const MAX_FILE_BYTES = 2 * 1024 * 1024 * 1024;

/** Ids of files: one path segment, so that no reference climbs out of its execution. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;
/** RFC 9110 §8.3.1, with parameters. */
const MEDIA_TYPE =
  /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(\s*;\s*[\w!#$&^.+-]+=("[\x20\x21\x23-\x5b\x5d-\x7e]*"|[\w!#$&^.+-]+))*$/;
const MAX_NAME_CHARACTERS = 200;

/** Where an execution's files are kept: beside its other payloads, so that they go when it goes. */
export const filesPrefix = (executionId: string): string => `${executionId}/files/`;

/**
 * The files of an execution over the payload store. A reference is data that any node may have made up: only those into
 * the execution's own files are opened.
 */
export const makeFiles = (
  { payloads, random }: Pick<EnginePorts, 'payloads' | 'random'>,
  executionId: string,
): FilePort => {
  const prefix = filesPrefix(executionId);
  return {
    save: async (content, { fileName, mediaType }) => {
      const ref = `${prefix}${random.id()}`;
      const name = fileName === undefined ? '' : cleanFileName(fileName);
      const chunks = content instanceof Uint8Array ? once(content) : content;
      return {
        ref,
        ...(name === '' ? {} : { fileName: name }),
        mediaType: MEDIA_TYPE.test(mediaType) ? mediaType : 'application/octet-stream',
        ...(await payloads.write(ref, bounded(chunks))),
      };
    },
    open: async (file) => {
      if (!isOwn(prefix, file)) throw notFound();
      try {
        return measured(await payloads.read(file.ref), file.size);
      } catch (thrown) {
        throw NodeError.from(thrown).code === 'payload.missing' ? notFound() : thrown;
      }
    },
  };
};

const isOwn = (prefix: string, { ref }: BinaryRef): boolean =>
  typeof ref === 'string' && ref.startsWith(prefix) && ID.test(ref.slice(prefix.length));

const notFound = (): NodeError => new NodeError('file.notFound', 'There is no such file in this execution.');

/** The last segment of whatever somebody calls a file, without what would break a header or hide its ending. */
export const cleanFileName = (written: string): string => {
  const segment = written.split(/[/\\]/).at(-1) ?? '';
  const visible = segment.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  // Halves of a pair, of which cutting may leave one, cannot be written in a header.
  const name = visible.slice(-MAX_NAME_CHARACTERS).replaceAll(/\p{Cs}/gu, '');
  return /^\.*$/.test(name) ? '' : name;
};

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* bounded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_FILE_BYTES)
      throw new NodeError('file.tooLarge', `The file is larger than ${MAX_FILE_BYTES} bytes.`);
    yield chunk;
  }
}

async function* measured(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of chunks) {
    read += chunk.length;
    yield chunk;
  }
  if (read !== size)
    throw new NodeError('file.damaged', `The file has ${read} bytes, and its reference says ${size}.`);
}
