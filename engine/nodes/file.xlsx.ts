import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Item, Json, JsonObject } from '../item.ts';
import { ARCHIVE_LIMITS, unpackZip } from './archive.ts';
import { checkRows, itemsOfRows, newFileName, rowParameters, wholeFile } from './file-content.ts';
import { aboutFile, defineFileNode } from './file-node.ts';
import { mediaTypeOf } from './media-type.ts';

const shape = {
  fileName: newFileName('items.xlsx'),
  sheet: z
    .string()
    .min(1)
    .max(31)
    .optional()
    .meta({
      title: 'Sheet',
      description: 'By name; the first when left out. A new file’s only sheet gets this name.',
      examples: ['Orders'],
    }),
  header: z.boolean().default(true).meta({ title: 'Header', description: 'The first row holds the names.' }),
  columns: z.array(z.string().min(1).max(512)).max(1_000).default([]).meta({
    title: 'Columns',
    description:
      'Names in order: of a sheet without header, or what is written. Left empty: column1 …, or all fields.',
  }),
  ...rowParameters,
};

type Given = z.output<z.ZodObject<typeof shape>>;

export const fileXlsx = defineFileNode({
  type: 'file.xlsx',
  name: 'Excel',
  description: 'Makes items of the rows of a sheet of an XLSX file, or such a file of items.',
  icon: 'sheet',
  operations: ['read', 'write'],
  shape,
  check: checkRows,
  example: {
    parameters: { operation: 'read', sheet: 'Orders' },
    input: [
      {
        json: {},
        binary: {
          file: { ref: 'exec_1/files/1', fileName: 'a.xlsx', mediaType: mediaTypeOf('a.xlsx'), size: 6_000 },
        },
      },
    ],
    output: { main: [{ json: { sku: 'A', count: 2 } }] },
  },
  take: async (file, given, { files }) => {
    const bytes = await wholeFile(files, file, ARCHIVE_LIMITS.bytes);
    // A workbook is an archive: whether it unpacks to too much is seen before anything reads it.
    await unpackZip(bytes, 'XLSX workbook');
    return itemsOfRows(rowsOf(await cellsOf(bytes, given.sheet), given), given);
  },
  make: async (items, given, { files }) => {
    const { default: write } = await import('write-excel-file/universal');
    const blob = await write(tableOf(items, given), { sheet: given.sheet ?? 'Items' }).toBlob();
    const file = await files.save(new Uint8Array(await blob.arrayBuffer()), {
      fileName: given.fileName,
      mediaType: mediaTypeOf('.xlsx'),
    });
    return { file, json: aboutFile(file, { rows: items.length }) };
  },
});

type Cells = readonly (readonly unknown[])[];

const cellsOf = async (bytes: Uint8Array, sheet: string | undefined): Promise<Cells> => {
  const { default: read } = await import('read-excel-file/universal');
  let sheets: readonly { readonly sheet: string; readonly data: Cells }[];
  try {
    sheets = (await read(Uint8Array.from(bytes).buffer)) as never;
  } catch (cause) {
    throw new NodeError('file.invalid', `The file is no XLSX workbook: ${(cause as Error).message}`, {
      cause,
    });
  }
  const found = sheet === undefined ? sheets[0] : sheets.find((each) => each.sheet === sheet);
  if (found) return found.data;
  const names = sheets.map((each) => JSON.stringify(each.sheet)).join(', ');
  throw new NodeError('file.sheet', `There is no sheet ${JSON.stringify(sheet)}; there are ${names}.`);
};

async function* rowsOf(cells: Cells, given: Given): AsyncGenerator<JsonObject> {
  const [first = [], ...rest] = cells;
  const written = given.header ? first.map((name) => String(name ?? '')) : [];
  const names = given.columns.length > 0 ? given.columns : written;
  for (const row of given.header ? rest : cells) {
    if (row.some((cell) => cell !== null))
      yield Object.fromEntries(
        row.map((cell, index) => [names[index] || `column${index + 1}`, valueOfCell(cell)]),
      );
  }
}

const valueOfCell = (cell: unknown): Json =>
  cell instanceof Date ? cell.toISOString() : ((cell ?? null) as Json);

const tableOf = (items: readonly Item[], given: Given) => {
  const columns =
    given.columns.length > 0 ? given.columns : [...new Set(items.flatMap(({ json }) => Object.keys(json)))];
  const header = given.header ? [columns.map((value) => ({ value, fontWeight: 'bold' as const }))] : [];
  return [
    ...header,
    ...items.map(({ json }) => columns.map((name) => cellFor(Object.hasOwn(json, name) ? json[name] : null))),
  ];
};

/** Texts are written as texts: none of them becomes a formula. */
const cellFor = (value: Json | undefined) => {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return { value, type: Number };
  if (typeof value === 'boolean') return { value, type: Boolean };
  return { value: typeof value === 'string' ? value : JSON.stringify(value), type: String };
};
