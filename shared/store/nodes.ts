import { Entity } from 'electrodb';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { byId, everything, indexBy, model, optionalKey, rowColumns } from './row-columns.ts';
import { makeRows, type NewRow, type PageQuery, type Row } from './rows.ts';

/** A row of `nodes`: a node type that was added to the catalogue. Those that come with the engine are not stored. */
export interface NodeRecord extends Row {
  readonly name: string;
  readonly type: string;
  readonly description: string | null;
  readonly category: string | null;
  readonly icon: string | null;
  readonly isCore: boolean;
  readonly isAi: boolean;
  /** JSON Schema of the parameters, as text. */
  readonly schema: string | null;
}

const nodeEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('node'),
      attributes: {
        ...rowColumns,
        name: { type: 'string', required: true },
        type: { type: 'string', required: true },
        description: { type: 'string' },
        category: optionalKey,
        icon: { type: 'string' },
        isCore: { type: 'boolean', required: true },
        isAi: { type: 'boolean', required: true },
        schema: { type: 'string' },
      },
      indexes: {
        primary: byId,
        all: everything('gsi1', ['type', 'id']),
        byCategory: {
          ...indexBy('gsi2', ['category'], ['type', 'id']),
          condition: ({ category }: { category?: string | undefined }) => Boolean(category),
        },
      },
    },
    { client, table },
  );

export const makeNodeStore = (connection: StoreConnection) => {
  const entity = nodeEntity(connection);
  const rows = makeRows<NodeRecord>({
    connection,
    entity,
    noun: 'node',
    newId: () => newId('node'),
    nullable: ['description', 'category', 'icon', 'schema'],
  });
  return {
    get: rows.get,
    update: rows.update,
    remove: rows.remove,
    create: (node: NewRow<NodeRecord>) => rows.create(node),
    list: (page: PageQuery) => rows.page(entity.query.all({}), { ...page, list: 'nodes', filters: {} }),
    listByCategory: ({ category, ...page }: PageQuery & { category: string }) =>
      rows.page(entity.query.byCategory({ category }), {
        ...page,
        list: 'nodes.byCategory',
        filters: { category },
      }),
  };
};
