import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Item, Json, JsonObject } from '../item.ts';
import {
  checkRows,
  encodingParameter,
  itemsOfRows,
  newFileName,
  rowParameters,
  textOfFile,
} from './file-content.ts';
import { aboutFile, defineFileNode } from './file-node.ts';

const shape = {
  fileName: newFileName('items.csv'),
  delimiter: z
    .string()
    .length(1)
    .default(',')
    .meta({ title: 'Delimiter', description: 'What stands between two columns.', examples: [';', '\t'] }),
  header: z.boolean().default(true).meta({ title: 'Header', description: 'The first row holds the names.' }),
  columns: z.array(z.string().min(1).max(512)).max(1_000).default([]).meta({
    title: 'Columns',
    description:
      'Names in order: of a file without header, or what is written. Left empty: column1 …, or all fields.',
  }),
  numbers: z.boolean().default(false).meta({
    title: 'Numbers',
    description: 'Makes numbers of texts that are written as JSON writes numbers.',
  }),
  encoding: encodingParameter,
  keepFormulas: z.boolean().default(false).meta({
    title: 'Keep formulas',
    description: 'Writes texts that begin with = + - @ as they are; a spreadsheet would run them.',
  }),
  ...rowParameters,
};

type Given = z.output<z.ZodObject<typeof shape>>;

export const fileCsv = defineFileNode({
  type: 'file.csv',
  name: 'CSV',
  description: 'Makes items of the rows of a CSV file, or a CSV file of items.',
  icon: 'table',
  operations: ['read', 'write'],
  shape,
  check: checkRows,
  example: {
    parameters: { operation: 'read', delimiter: ';', numbers: true },
    input: [
      {
        json: {},
        binary: { file: { ref: 'exec_1/files/1', fileName: 'a.csv', mediaType: 'text/csv', size: 15 } },
      },
    ],
    output: { main: [{ json: { sku: 'A', count: 2 } }] },
  },
  take: async (file, given, { files }) =>
    itemsOfRows(rowsOf(textOfFile(await files.open(file), given.encoding), given), given),
  make: async (items, given, { files }) => {
    const file = await files.save(bytesOf(linesOf(items, given)), {
      fileName: given.fileName,
      mediaType: 'text/csv',
    });
    return { file, json: aboutFile(file, { rows: items.length }) };
  },
});

/** JSON's own way to write a number: what leads with a zero, such as a post code, stays a text. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

async function* rowsOf(text: AsyncIterable<string>, given: Given): AsyncGenerator<JsonObject> {
  const { parse, CsvError } = await import('csv-parse');
  const parser = parse({
    delimiter: given.delimiter,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 1024 * 1024,
  });
  void feed(parser, text);
  let names: readonly string[] = given.columns;
  let isFirst = true;
  try {
    for await (const record of parser as AsyncIterable<readonly string[]>) {
      if (isFirst && given.header) names = names.length > 0 ? names : record;
      else yield rowOf(record, names, given.numbers);
      isFirst = false;
    }
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    throw new NodeError('file.invalid', `The file is no CSV: ${thrown.message}`, { cause: thrown });
  }
}

type Parser = ReturnType<typeof import('csv-parse')['parse']>;

/** Hands on no more than the parser takes: a large file is never in memory as a whole. */
const feed = async (parser: Parser, text: AsyncIterable<string>): Promise<void> => {
  try {
    for await (const piece of text) {
      if (parser.destroyed) return;
      if (!parser.write(piece)) await drained(parser);
    }
    parser.end();
  } catch (thrown) {
    parser.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)));
  }
};

const drained = (parser: Parser): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      parser.off('drain', go);
      parser.off('close', go);
      resolve();
    };
    parser.on('drain', go);
    parser.on('close', go);
  });

const rowOf = (record: readonly string[], names: readonly string[], numbers: boolean): JsonObject =>
  Object.fromEntries(
    record.map((text, index) => [
      names[index] ?? `column${index + 1}`,
      numbers && NUMBER.test(text) ? Number(text) : text,
    ]),
  );

const LINES_AT_ONCE = 1_000;

async function* linesOf(items: readonly Item[], given: Given): AsyncGenerator<string> {
  const { stringify } = await import('csv-stringify/sync');
  const columns =
    given.columns.length > 0 ? given.columns : [...new Set(items.flatMap(({ json }) => Object.keys(json)))];
  const write = (rows: readonly (readonly unknown[])[]) =>
    stringify(rows as unknown[][], {
      delimiter: given.delimiter,
      escape_formulas: !given.keepFormulas,
      record_delimiter: '\r\n',
    });
  if (given.header) yield write([columns]);
  for (let at = 0; at < items.length; at += LINES_AT_ONCE)
    yield write(
      items.slice(at, at + LINES_AT_ONCE).map(({ json }) => columns.map((name) => cellOf(json, name))),
    );
}

const cellOf = (json: JsonObject, name: string): string | number => {
  const value: Json | undefined = Object.hasOwn(json, name) ? json[name] : undefined;
  if (value === undefined || value === null) return '';
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
};

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of lines) yield encoder.encode(text);
}
