import { Entity } from 'electrodb';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import type { PageQuery } from './page.ts';
import { byId, everything, indexBy, model, rowColumns } from './row-columns.ts';
import { makeRows, type NewRow, type Row } from './rows.ts';

/** A row of `ai_models`. */
export interface AiModelRecord extends Row {
  readonly name: string;
  readonly provider: string;
  readonly modelId: string;
  readonly type: 'llm' | 'embedding' | 'image' | 'audio' | 'agent';
  readonly description: string | null;
  readonly isActive: boolean;
  /** JSON, as text. */
  readonly configuration: string | null;
  /** The admin whose credential the configuration may name. */
  readonly createdBy: string;
}

const aiModelEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('aiModel'),
      attributes: {
        ...rowColumns,
        name: { type: 'string', required: true },
        provider: { type: 'string', required: true },
        modelId: { type: 'string', required: true },
        type: { type: ['llm', 'embedding', 'image', 'audio', 'agent'] as const, required: true },
        description: { type: 'string' },
        isActive: { type: 'boolean', required: true },
        configuration: { type: 'string' },
        createdBy: { type: 'string', required: true },
      },
      indexes: {
        primary: byId,
        all: everything('gsi1', ['createdAt', 'id']),
        byProvider: indexBy('gsi2', ['provider'], ['modelId', 'id']),
      },
    },
    { client, table },
  );

export const makeAiModelStore = (connection: StoreConnection) => {
  const entity = aiModelEntity(connection);
  const rows = makeRows<AiModelRecord>({
    connection,
    entity,
    noun: 'AI model',
    newId: () => newId('aim'),
    nullable: ['description', 'configuration'],
  });
  return {
    get: rows.get,
    update: rows.update,
    remove: rows.remove,
    create: (aiModel: NewRow<AiModelRecord>) => rows.create(aiModel),
    list: (page: PageQuery) => rows.page(entity.query.all({}), { ...page, list: 'aiModels', filters: {} }),
    /** Of a provider; with `modelId`, the one entry or entries for that model. */
    listByProvider: ({ provider, modelId, ...page }: PageQuery & { provider: string; modelId?: string }) =>
      rows.page(entity.query.byProvider({ provider, ...(modelId === undefined ? {} : { modelId }) }), {
        ...page,
        list: 'aiModels.byProvider',
        filters: { provider, modelId },
      }),
  };
};
