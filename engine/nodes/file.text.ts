import { z } from 'zod';
import { decode, encode } from '../digest.ts';
import { NodeError } from '../errors.ts';
import { defineNode } from './define-node.ts';
import { fieldPath, withField } from './field-path.ts';
import { encodingParameter, fileParameter, newFileName, textOfFile, wholeFile } from './file-content.ts';
import { fileOf } from './item-file.ts';
import { mediaTypeOf } from './media-type.ts';

/** Longer texts stay files. */
const MOST_BYTES = 8 * 1024 * 1024;

export const fileText = defineNode({
  type: 'file.text',
  name: 'File and text',
  description: 'Puts the content of a file into a field, as text or base64; or makes a file of a text.',
  category: 'Files',
  icon: 'file-text',
  mode: 'perItem',
  effect: 'read',
  parameters: z.strictObject({
    operation: z
      .enum(['read', 'write'])
      .default('read')
      .meta({ title: 'Operation', description: 'Reads a file into a field, or writes a field as a file.' }),
    file: fileParameter,
    as: z
      .enum(['text', 'base64'])
      .default('text')
      .meta({ title: 'As', description: 'base64 for what is no text.' }),
    encoding: encodingParameter,
    destination: fieldPath
      .default('text')
      .meta({ title: 'Destination', description: 'The field a content goes to.' }),
    value: z
      .json()
      .optional()
      .meta({
        title: 'Value',
        description: 'The content of a new file; anything but a text is written as JSON.',
        examples: ['{{ $json.text }}'],
      }),
    fileName: newFileName('text.txt'),
    mediaType: z
      .string()
      .max(255)
      .optional()
      .meta({
        title: 'Media type',
        description: 'By the file’s name when left out.',
        examples: ['text/markdown'],
      }),
  }),
  check: ({ operation, value }) =>
    operation === 'write' && value === undefined
      ? [{ pointer: '/value', message: 'must be what the file holds' }]
      : [],
  example: {
    parameters: { operation: 'write', value: '{{ $json.note }}', fileName: 'note.txt' },
    input: [{ json: { note: 'Hello' } }],
    output: { main: [{ json: { note: 'Hello' } }] },
  },
  execute: async ({ parameters: given, items: [item = { json: {} }], files }) => {
    if (given.operation === 'write') {
      const mediaType = given.mediaType ?? mediaTypeOf(given.fileName);
      const file = await files.save(bytesOf(given.value, given.as), { fileName: given.fileName, mediaType });
      return { outputs: { main: [{ json: item.json, binary: { ...item.binary, [given.file]: file } }] } };
    }
    const bytes = await wholeFile(files, fileOf(item, given.file), MOST_BYTES);
    const text = given.as === 'base64' ? base64Of(bytes) : await textOf(bytes, given.encoding);
    return { outputs: { main: [{ ...item, json: withField(item.json, given.destination, text) }] } };
  },
});

const bytesOf = (value: unknown, as: 'text' | 'base64'): Uint8Array => {
  if (value === undefined)
    throw new NodeError('file.invalid', 'There is nothing to write: the value is missing.');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const bytes = as === 'text' ? new TextEncoder().encode(text) : decode(text, 'base64');
  if (bytes) return bytes;
  throw new NodeError('file.invalid', 'The value is no base64 text.');
};

/** Divisible by three, so that pieces can be put together. */
const PIECE = 24_576;

const base64Of = (bytes: Uint8Array): string => {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE)
    pieces.push(encode(bytes.subarray(at, at + PIECE), 'base64'));
  return pieces.join('');
};

const textOf = async (bytes: Uint8Array, encoding: Parameters<typeof textOfFile>[1]): Promise<string> => {
  let text = '';
  for await (const piece of textOfFile(one(bytes), encoding)) text += piece;
  return text;
};

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
