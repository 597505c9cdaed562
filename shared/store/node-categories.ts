import { Entity } from 'electrodb';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import type { PageQuery } from './page.ts';
import { byId, everything, model, rowColumns } from './row-columns.ts';
import { makeRows, type NewRow, type Row } from './rows.ts';

/** A row of `node_categories`: one that was added to those of the engine. */
export interface NodeCategoryRecord extends Row {
  readonly name: string;
  readonly description: string | null;
  readonly icon: string | null;
  /** `#rrggbb`. */
  readonly color: string | null;
  readonly displayOrder: number;
}

const ORDER_DIGITS = 6;

const nodeCategoryEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('nodeCategory'),
      attributes: {
        ...rowColumns,
        name: { type: 'string', required: true },
        description: { type: 'string' },
        icon: { type: 'string' },
        color: { type: 'string' },
        displayOrder: { type: 'number', required: true, padding: { length: ORDER_DIGITS, char: '0' } },
      },
      indexes: { primary: byId, all: everything('gsi1', ['displayOrder', 'id']) },
    },
    { client, table },
  );

export const makeNodeCategoryStore = (connection: StoreConnection) => {
  const entity = nodeCategoryEntity(connection);
  const rows = makeRows<NodeCategoryRecord>({
    connection,
    entity,
    noun: 'node category',
    newId: () => newId('ncat'),
    nullable: ['description', 'icon', 'color'],
    unique: ({ name }) => ({ name }),
  });
  return {
    get: rows.get,
    update: rows.update,
    remove: rows.remove,
    create: (category: NewRow<NodeCategoryRecord>) => rows.create(category),
    getByName: (name: string) => rows.lookup('name', name),
    /** In the order they are shown. */
    list: (page: PageQuery) =>
      rows.page(entity.query.all({}), { ...page, list: 'nodeCategories', filters: {} }),
  };
};
