import { TABLE } from './table.ts';

/** Columns every row has, as ElectroDB attributes. */
export const rowColumns = {
  id: { type: 'string', required: true, readOnly: true },
  createdAt: { type: 'string', required: true, readOnly: true },
  updatedAt: { type: 'string', required: true },
  revision: { type: 'number', required: true },
} as const;

/** The primary key of a row found by its id. Ids are compared as they are written. */
export const byId = {
  pk: { field: TABLE.partitionKey, composite: ['id'], casing: 'none' },
  sk: { field: TABLE.sortKey, composite: [], casing: 'none' },
} as const;

/** Every entity's model: one service, so that all of them share the table. */
export const model = (entity: string) => ({ entity, version: '1', service: 'stepwell' }) as const;

type IndexName = (typeof TABLE.indexes)[number]['name'];

/** An index by `pk` columns, in the order of `sk` columns. */
export const indexBy = <const PK extends readonly string[], const SK extends readonly string[]>(
  index: IndexName,
  pk: PK,
  sk: SK,
) =>
  ({
    index,
    pk: { field: `${index}pk`, composite: pk, casing: 'none' },
    sk: { field: `${index}sk`, composite: sk, casing: 'none' },
  }) as const;

/** An index of all rows of a kind. */
export const everything = <const SK extends readonly string[]>(index: IndexName, sk: SK) =>
  indexBy(index, [], sk);

/** A column that may be null and that an index is by: an index wants its values on every write, so that null is stored as "". */
export const optionalKey = {
  type: 'string',
  default: '',
  get: (value: string | undefined) => value || undefined,
} as const;
