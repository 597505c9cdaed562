import { Entity } from 'electrodb';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';
import type { PageQuery } from './page.ts';
import { byId, everything, indexBy, model, optionalKey, rowColumns } from './row-columns.ts';
import { makeRows, type NewRow, type Row } from './rows.ts';

/** A row of `nodes`: a version of a node type that was added to the catalogue. Those that come with the engine are not stored. */
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
  /** Numbered from 1 for each type; a version never changes. */
  readonly version: number;
  /** What the node type is made of: a declaration, as JSON. */
  readonly declaration: string;
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
        version: { type: 'number', required: true },
        declaration: { type: 'string', required: true },
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
    unique: ({ type, version }) => ({ version: `${type}@${version}` }),
  });
  return {
    get: rows.get,
    update: rows.update,
    remove: rows.remove,
    getVersion: (type: string, version: number) => rows.lookup('version', `${type}@${version}`),
    /** The newest version of a type; null for a type there is not. */
    latest: async (type: string): Promise<NodeRecord | null> => {
      const { data } = await send(() => entity.query.all({ type }).go({ limit: 1, order: 'desc' }));
      // The index may lag behind by what has just been made.
      let version = data[0]?.version ?? 0;
      while (await rows.lookup('version', `${type}@${version + 1}`)) version += 1;
      return version === 0 ? null : rows.lookup('version', `${type}@${version}`);
    },
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
