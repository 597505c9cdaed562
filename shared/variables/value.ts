import type { Json } from '../../engine/item.ts';
import type { VariableRecord } from '../store/variables.ts';

type Kind = VariableRecord['type'];

/** How the text of a variable is read. */
const READ: Readonly<Record<Kind, (text: string) => Json>> = {
  string: (text) => text,
  number: Number,
  boolean: (text) => text === 'true',
  json: (text) => JSON.parse(text),
};

/** What a value must be, in words, for each type. */
const FITS: Readonly<Record<Kind, readonly [fits: (value: Json) => boolean, what: string]>> = {
  string: [(value) => typeof value === 'string', 'a text'],
  number: [(value) => typeof value === 'number', 'a number'],
  boolean: [(value) => typeof value === 'boolean', 'true or false'],
  json: [() => true, 'any JSON'],
};

export const readValue = ({ type, value }: Pick<VariableRecord, 'type' | 'value'>): Json =>
  value === null ? null : READ[type](value);

/** Why a value is none of a type; null when it is. */
export const misfit = (type: Kind, value: Json): string | null => {
  const [fits, what] = FITS[type];
  return fits(value) ? null : `must be ${what}, as the type is ${type}`;
};

/** The text a value is kept as. */
export const writeValue = (type: Kind, value: Json): string =>
  type === 'json' ? JSON.stringify(value) : String(value);
