import type { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Item, Json, JsonObject } from '../item.ts';
import { isObject } from './field-path.ts';
import {
  checkRows,
  encodingParameter,
  itemsOfRows,
  newFileName,
  rowParameters,
  textOfFile,
} from './file-content.ts';
import { aboutFile, defineFileNode } from './file-node.ts';

const MOST_LINE_CHARACTERS = 8 * 1024 * 1024;

const shape = { fileName: newFileName('items.jsonl'), encoding: encodingParameter, ...rowParameters };

export const fileJsonLines = defineFileNode({
  type: 'file.jsonLines',
  name: 'JSON lines',
  description: 'Makes an item of each line of a file of JSON lines, or such a file of items.',
  icon: 'braces',
  operations: ['read', 'write'],
  shape,
  check: checkRows,
  example: {
    parameters: { operation: 'read' },
    input: [
      {
        json: {},
        binary: {
          file: { ref: 'exec_1/files/1', fileName: 'a.jsonl', mediaType: 'application/jsonl', size: 9 },
        },
      },
    ],
    output: { main: [{ json: { id: 7 } }] },
  },
  take: async (file, given: z.output<z.ZodObject<typeof shape>>, { files }) =>
    itemsOfRows(rowsOf(textOfFile(await files.open(file), given.encoding)), given),
  make: async (items, given, { files }) => {
    const file = await files.save(bytesOf(items), {
      fileName: given.fileName,
      mediaType: 'application/jsonl',
    });
    return { file, json: aboutFile(file, { rows: items.length }) };
  },
});

async function* rowsOf(text: AsyncIterable<string>): AsyncGenerator<JsonObject> {
  let rest = '';
  let line = 0;
  for await (const piece of text) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MOST_LINE_CHARACTERS)
      throw new NodeError(
        'file.invalid',
        `Line ${line + 1} has more than ${MOST_LINE_CHARACTERS} characters.`,
      );
    for (const each of lines) {
      line += 1;
      if (each.trim() !== '') yield rowOf(each, line);
    }
  }
  if (rest.trim() !== '') yield rowOf(rest, line + 1);
}

const rowOf = (text: string, line: number): JsonObject => {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new NodeError('file.invalid', `Line ${line} is no JSON: ${(cause as Error).message}`, { cause });
  }
  return isObject(value) ? value : { data: value };
};

const LINES_AT_ONCE = 1_000;

async function* bytesOf(items: readonly Item[]): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (let at = 0; at < items.length; at += LINES_AT_ONCE)
    yield encoder.encode(
      items
        .slice(at, at + LINES_AT_ONCE)
        .map(({ json }) => `${JSON.stringify(json)}\n`)
        .join(''),
    );
}
