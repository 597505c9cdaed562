import { Entity } from 'electrodb';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import type { PageQuery } from './page.ts';
import { byId, everything, indexBy, model, optionalKey, rowColumns } from './row-columns.ts';
import { makeRows, type NewRow, type Row } from './rows.ts';

/** A row of `workflow_templates`. */
export interface TemplateRecord extends Row {
  readonly name: string;
  readonly description: string | null;
  readonly category: string | null;
  /** JSON, as text. */
  readonly definition: string;
  /** JSON, as text: credentials, values and sample input, as templates have them. Null: none. */
  readonly requirements: string | null;
  readonly isFeatured: boolean;
  readonly tags: readonly string[];
}

const templateEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('template'),
      attributes: {
        ...rowColumns,
        name: { type: 'string', required: true },
        description: { type: 'string' },
        category: optionalKey,
        definition: { type: 'string', required: true },
        requirements: { type: 'string' },
        isFeatured: { type: 'boolean', required: true },
        tags: { type: 'list', items: { type: 'string' }, required: true },
      },
      indexes: {
        primary: byId,
        all: everything('gsi1', ['name', 'id']),
        byCategory: {
          ...indexBy('gsi2', ['category'], ['name', 'id']),
          condition: ({ category }: { category?: string | undefined }) => Boolean(category),
        },
      },
    },
    { client, table },
  );

export const makeTemplateStore = (connection: StoreConnection) => {
  const entity = templateEntity(connection);
  const rows = makeRows<TemplateRecord>({
    connection,
    entity,
    noun: 'template',
    newId: () => newId('tpl'),
    nullable: ['description', 'category', 'requirements'],
  });
  return {
    get: rows.get,
    update: rows.update,
    remove: rows.remove,
    create: (template: NewRow<TemplateRecord>) => rows.create(template),
    list: (page: PageQuery) => rows.page(entity.query.all({}), { ...page, list: 'templates', filters: {} }),
    listByCategory: ({ category, ...page }: PageQuery & { category: string }) =>
      rows.page(entity.query.byCategory({ category }), {
        ...page,
        list: 'templates.byCategory',
        filters: { category },
      }),
    /** There are some hundred templates: the few that carry a tag are picked while reading. */
    listByTag: ({ tag, ...page }: PageQuery & { tag: string }) =>
      rows.page(
        entity.query.all({}).where(({ tags }, { contains }) => contains(tags, tag)),
        { ...page, list: 'templates.byTag', filters: { tag } },
      ),
  };
};
