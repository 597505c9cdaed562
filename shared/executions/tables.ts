import type { TablePort } from '../../engine/ports.ts';
import type { Stores } from '../store/stores.ts';

/** The tables of one owner, as nodes get them: nobody else's can be named. */
export const tablesOf = ({ userTables }: Pick<Stores, 'userTables'>, ownerId: string): TablePort => ({
  get: (table, key) => userTables.get(ownerId, table, key),
  change: (table, key, change) => userTables.change(ownerId, table, key, change),
  delete: (table, key) => userTables.delete(ownerId, table, key),
  query: (table, asked) => userTables.query(ownerId, table, asked),
});
