import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { BinaryRef, Item, JsonObject } from '../item.ts';
import type { FilePort } from '../ports.ts';
import { checkOperations, makeSummary, summaryParameters } from './summary.ts';

/** Rows of a file become items, which an execution keeps; more are summarised while they are read. */
const MOST_ROWS = 100_000;

const fileName = z.string().min(1).max(128);

/** The parameter that names a file of an item. */
export const fileParameter = fileName.default('file').meta({
  title: 'File',
  description: 'The name that the file has in the item’s binary data; as it is, also the only one there.',
});

export const newFileName = (usual: string) =>
  z
    .string()
    .min(1)
    .max(200)
    .default(usual)
    .meta({ title: 'File name', description: 'What the new file is called.' });

/** The whole of a small file. Throws `file.tooLarge`. */
export const wholeFile = async (files: FilePort, file: BinaryRef, maxBytes: number): Promise<Uint8Array> => {
  if (file.size > maxBytes)
    throw new NodeError('file.tooLarge', `The file has ${file.size} bytes; ${maxBytes} are allowed here.`);
  const bytes = new Uint8Array(file.size);
  let at = 0;
  for await (const chunk of await files.open(file)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
};

const ENCODINGS = ['utf-8', 'utf-16le', 'windows-1252'] as const;

export const encodingParameter = z.enum(ENCODINGS).default('utf-8').meta({
  title: 'Encoding',
  description: 'Of the file that is read. A byte order mark is passed over.',
});

/** The text of a file, piece by piece; characters that lie across two pieces stay whole. */
export async function* textOfFile(
  chunks: AsyncIterable<Uint8Array>,
  encoding: (typeof ENCODINGS)[number],
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

/** What becomes of the rows of a file: parameters of all nodes that read rows. */
export const rowParameters = {
  maxRows: z.int().min(1).max(MOST_ROWS).default(MOST_ROWS).meta({
    title: 'Most rows',
    description: 'A file with more fails the node. Does not bound rows that are summarised.',
  }),
  summarise: z.strictObject(summaryParameters).optional().meta({
    title: 'Summarise',
    description: 'Groups and summarises the rows while they are read, and gives the groups and not the rows.',
  }),
};

export const checkRows = (written: JsonObject) => {
  const { summarise } = written;
  return typeof summarise === 'object' && summarise !== null && !Array.isArray(summarise)
    ? checkOperations((summarise as JsonObject).operations, '/summarise/operations')
    : [];
};

interface RowRules {
  readonly maxRows: number;
  readonly summarise?: z.output<z.ZodObject<typeof summaryParameters>> | undefined;
}

/** The items that rows become: as they are, or summarised in memory that does not grow with the file. */
export const itemsOfRows = async (
  rows: AsyncIterable<JsonObject>,
  { maxRows, summarise }: RowRules,
): Promise<readonly Item[]> => {
  if (summarise) {
    const summary = makeSummary(summarise, false);
    for await (const row of rows) summary.add(row);
    return summary.rows().map(({ json }) => ({ json }));
  }
  const items: Item[] = [];
  for await (const json of rows) {
    if (items.length === maxRows)
      throw new NodeError(
        'file.tooManyRows',
        `The file has more than ${maxRows} rows. Summarise them while they are read, or cut the file.`,
      );
    items.push({ json });
  }
  return items;
};
