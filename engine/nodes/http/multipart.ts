import type { BinaryRef, Json } from '../../item.ts';
import type { FilePort, StreamedBody } from '../../ports.ts';

interface Part {
  readonly head: Uint8Array;
  readonly size: number;
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
}

/** A form as `multipart/form-data` (RFC 7578): files are read while they are sent. */
export const multipartBody = (
  fields: readonly (readonly [name: string, value: Json])[],
  attached: readonly (readonly [name: string, file: BinaryRef])[],
  files: FilePort,
  boundary: string,
): StreamedBody & { readonly mediaType: string } => {
  const parts = [
    ...fields.map(([name, value]) => fieldPart(boundary, name, value)),
    ...attached.map(([name, file]) => filePart(boundary, name, file, files)),
  ];
  const end = bytesOf(`--${boundary}--\r\n`);
  const size = parts.reduce((sum, part) => sum + part.head.length + part.size + LINE.length, end.length);
  return {
    mediaType: `multipart/form-data; boundary=${boundary}`,
    size,
    open: async () => joined(parts, end),
  };
};

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const LINE = bytesOf('\r\n');

async function* joined(parts: readonly Part[], end: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    yield part.head;
    yield* await part.open();
    yield LINE;
  }
  yield end;
}

/** As the HTML standard has it for forms: what would end the name is written as in URLs. */
const quoted = (name: string): string =>
  `"${name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}"`;

const fieldPart = (boundary: string, name: string, value: Json): Part => {
  const isText = typeof value !== 'object';
  const content = bytesOf(isText ? String(value) : JSON.stringify(value));
  const type = isText ? '' : 'Content-Type: application/json\r\n';
  return {
    head: bytesOf(`--${boundary}\r\nContent-Disposition: form-data; name=${quoted(name)}\r\n${type}\r\n`),
    size: content.length,
    open: async () => once(content),
  };
};

const filePart = (boundary: string, name: string, file: BinaryRef, files: FilePort): Part => ({
  head: bytesOf(
    `--${boundary}\r\nContent-Disposition: form-data; name=${quoted(name)}; filename=${quoted(file.fileName ?? name)}\r\n` +
      `Content-Type: ${file.mediaType}\r\n\r\n`,
  ),
  size: file.size,
  open: () => files.open(file),
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
