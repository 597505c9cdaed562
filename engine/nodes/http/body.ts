import { z } from 'zod';
import { NodeError } from '../../errors.ts';
import type { Item, Json, JsonObject } from '../../item.ts';
import type { FilePort, HttpRequest } from '../../ports.ts';
import { isObject } from '../field-path.ts';
import { fileOf } from '../item-file.ts';
import { multipartBody } from './multipart.ts';

const KINDS = ['json', 'form', 'multipart', 'raw', 'file'] as const;

export const writtenBody = z
  .strictObject({
    kind: z.enum(KINDS).default('json').meta({
      title: 'Kind',
      description:
        'JSON, the fields of a form, the fields and files of a multipart form, text of any media type, or a file.',
    }),
    value: z
      .json()
      .optional()
      .meta({
        title: 'Value',
        description: 'The JSON, the fields by name, or the text.',
        examples: [{ id: '{{ $json.id }}' }],
      }),
    files: z
      .record(z.string().min(1).max(256), z.string().max(256))
      .default({})
      .meta({
        title: 'Files',
        description: 'Of a multipart form: for each field, the name of a file of the item.',
        examples: [{ attachment: 'data' }],
      }),
    file: z.string().max(256).default('data').meta({
      title: 'File',
      description: 'Which of the item’s files is sent whole; as it is, also the only one there.',
    }),
    mediaType: z
      .string()
      .max(256)
      .optional()
      .meta({
        title: 'Media type',
        description: 'Of text or of a file; left out, text is plain and a file has its own.',
        examples: ['application/xml'],
      }),
  })
  .meta({ title: 'Body', description: 'What is sent; nothing when left out.' });
export type WrittenBody = Omit<z.output<typeof writtenBody>, 'value'> & { readonly value?: Json | undefined };

interface Sendable {
  readonly body: NonNullable<HttpRequest['body']>;
  readonly mediaType: string;
}

interface Sender {
  readonly item: Item | undefined;
  readonly files: FilePort;
  readonly boundary: () => string;
}

/** What is sent, as it stands for one item. Null where there is nothing. Throws `http.badRequest`. */
export const bodyOf = (written: WrittenBody | undefined, sender: Sender): Sendable | null =>
  written === undefined ? null : BODIES[written.kind](written, sender);

const BODIES: Readonly<
  Record<(typeof KINDS)[number], (written: WrittenBody, sender: Sender) => Sendable | null>
> = {
  json: ({ value }) =>
    value === undefined ? null : { body: JSON.stringify(value), mediaType: 'application/json' },
  raw: ({ value, mediaType = 'text/plain; charset=utf-8' }) =>
    value === undefined
      ? null
      : { body: typeof value === 'string' ? value : JSON.stringify(value), mediaType },
  form: ({ value }) => ({
    body: new URLSearchParams(
      fieldsOf(value).map(([name, each]): [string, string] => [name, asText(each)]),
    ).toString(),
    mediaType: 'application/x-www-form-urlencoded',
  }),
  multipart: ({ value, files: named }, { item, files, boundary }) => {
    const attached = Object.entries(named).map(([name, file]) => [name, fileOf(item, file)] as const);
    const { mediaType, ...body } = multipartBody(fieldsOf(value), attached, files, `stepwell-${boundary()}`);
    return { body, mediaType };
  },
  file: ({ file: name, mediaType }, { item, files }) => {
    const file = fileOf(item, name);
    return {
      body: { open: () => files.open(file), size: file.size },
      mediaType: mediaType ?? file.mediaType,
    };
  },
};

const asText = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** A list is a field several times. */
const fieldsOf = (value: Json | undefined): [name: string, value: Json][] => {
  if (value === undefined) return [];
  if (!isObject(value))
    throw new NodeError('http.badRequest', 'The value of a form is an object with a value for each field.');
  return Object.entries(value as JsonObject).flatMap(([name, each]) =>
    (Array.isArray(each) ? (each as readonly Json[]) : [each]).map((one): [string, Json] => [name, one]),
  );
};
