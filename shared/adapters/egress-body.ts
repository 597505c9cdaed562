import { pipeline, type Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { NodeError } from '../../engine/errors.ts';
import { refused } from './egress-rules.ts';

/** Real text compresses to about a tenth; a thousandfold is made to fill memory. Small answers may do as they like. */
const MAX_RATIO = 250;
const RATIO_FROM_BYTES = 1024 * 1024;

/** A map, as servers name what is looked up in it. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);
export const ACCEPT_ENCODING = 'gzip, br, zstd, deflate';

const tooLarge = (maxBytes: number): NodeError =>
  new NodeError('http.tooLarge', `The answer is larger than ${maxBytes} bytes.`);

/** An answer piece by piece, decompressed, up to `maxBytes`. */
export async function* bodyChunks(
  body: Readable,
  encoding: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const encodings = encoding
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each !== 'identity');
  if (encodings.length > 1) throw refused('The answer is compressed more than once.');
  const decoder = DECODERS.get(encodings[0] ?? '');
  let size = 0;
  for await (const chunk of decoder ? decompressed(body, decoder(), maxBytes) : body) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

/** Throws `http.tooLarge` for what grows too much, and for more than `maxBytes` before it is decompressed. */
async function* decompressed(
  body: Readable,
  decoder: Transform,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      done(received > maxBytes ? tooLarge(maxBytes) : null, chunk);
    },
  });
  // Errors reach the loop below through the last stream.
  const stream = pipeline(body, counter, decoder, () => undefined);
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > RATIO_FROM_BYTES && size > received * MAX_RATIO)
      throw new NodeError('http.tooLarge', 'The answer is compressed beyond what is accepted.');
    yield chunk;
  }
}

export const readWhole = async (chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const read: Uint8Array[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return Buffer.concat(read);
};
