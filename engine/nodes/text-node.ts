import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Json, JsonObject } from '../item.ts';
import { defineNode, type NodeType } from './define-node.ts';
import { fieldPath, withField } from './field-path.ts';

/** Longer texts are files. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

const common = {
  value: z
    .json()
    .optional()
    .meta({
      title: 'Value',
      description: 'What is read or written.',
      examples: ['{{ $json.body }}'],
    }),
  destination: fieldPath
    .default('data')
    .meta({ title: 'Destination', description: 'The field the result goes to.' }),
};

type Common = z.output<z.ZodObject<typeof common>>;

interface TextNode<Shape extends z.ZodRawShape>
  extends Pick<NodeType, 'type' | 'name' | 'description' | 'icon' | 'example' | 'check'> {
  /** Parameters beside the value and the destination. */
  readonly shape: Shape;
  /** Throws NodeError `text.invalid`; whatever a library throws becomes one. */
  readonly convert: (value: Json, given: z.output<z.ZodObject<Shape>>) => Promise<Json>;
}

/** A node that turns one value of each item into another: texts into data and data into texts. */
export const defineTextNode = <Shape extends z.ZodRawShape>({
  shape,
  convert,
  check,
  ...about
}: TextNode<Shape>) =>
  defineNode({
    ...about,
    category: 'Data',
    mode: 'perItem',
    parameters: z.strictObject({ ...common, ...shape }) as unknown as z.ZodType<
      Common & z.output<z.ZodObject<Shape>>
    >,
    check: (written) => [
      ...(written.value === undefined ? [{ pointer: '/value', message: 'must say what to convert' }] : []),
      ...(check?.(written) ?? []),
    ],
    execute: async ({ parameters, items: [item = { json: {} }] }) => {
      const { value, destination } = parameters;
      if (value === undefined) throw new NodeError('text.invalid', 'The value to convert is missing.');
      const result = await convert(value, parameters).catch((thrown: unknown) => {
        throw asNodeError(thrown);
      });
      return { outputs: { main: [{ ...item, json: withField(item.json, destination, result) }] } };
    },
  });

const asNodeError = (thrown: unknown): NodeError => {
  if (thrown instanceof NodeError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new NodeError('text.invalid', message, { cause: thrown });
};

/** Throws `text.invalid` for what is no text, or too long for one. */
export const textOf = (value: Json, kind: string): string => {
  if (typeof value !== 'string')
    throw new NodeError(
      'text.invalid',
      `Expected ${kind} as text, got ${JSON.stringify(value).slice(0, 100)}.`,
    );
  if (value.length > MOST_CHARACTERS)
    throw new NodeError(
      'text.tooLong',
      `The text has ${value.length} characters; ${MOST_CHARACTERS} are allowed.`,
    );
  return value;
};

/** What a library has read, as JSON: dates become texts, what JSON cannot say is left out. Throws `text.invalid` for a circle. */
export const asJson = (read: unknown): Json => {
  const text = JSON.stringify(read);
  return text === undefined ? null : (JSON.parse(text) as Json);
};

export const objectOf = (value: Json, what: string): JsonObject => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new NodeError(
    'text.invalid',
    `${what} is made of an object, got ${JSON.stringify(value).slice(0, 100)}.`,
  );
};
