import { Entity } from 'electrodb';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import type { Key } from './guarded-write.ts';
import type { PageQuery } from './page.ts';
import { byId, everything, indexBy, model, rowColumns } from './row-columns.ts';
import { makeRows, type NewRow, type Row } from './rows.ts';

/** A row of `ai_workflow_suggestions`. */
export interface AiSuggestionRecord extends Row {
  readonly userId: string;
  readonly prompt: string;
  /** The suggested workflow: JSON, as text. */
  readonly suggestion: string | null;
  /** Somebody is at work on it, or was when they were interrupted. */
  readonly isPending?: boolean | null;
  readonly isApplied: boolean;
  readonly appliedAt: string | null;
  readonly feedback: 'positive' | 'negative' | 'neutral' | null;
}

const aiSuggestionEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('aiSuggestion'),
      attributes: {
        ...rowColumns,
        userId: { type: 'string', required: true },
        prompt: { type: 'string', required: true },
        suggestion: { type: 'string' },
        isPending: { type: 'boolean' },
        isApplied: { type: 'boolean', required: true },
        appliedAt: { type: 'string' },
        feedback: { type: ['positive', 'negative', 'neutral'] as const },
      },
      indexes: {
        primary: byId,
        byUser: indexBy('gsi1', ['userId'], ['createdAt', 'id']),
        /** Only those that are not finished. */
        pending: {
          ...everything('gsi2', ['createdAt', 'id']),
          condition: ({ isPending }: { isPending?: boolean | undefined }) => isPending === true,
        },
      },
    },
    { client, table },
  );

export const makeAiSuggestionStore = (connection: StoreConnection, userKey: (userId: string) => Key) => {
  const entity = aiSuggestionEntity(connection);
  const rows = makeRows<AiSuggestionRecord>({
    connection,
    entity,
    noun: 'suggestion',
    newId: () => newId('sug'),
    nullable: ['suggestion', 'isPending', 'appliedAt', 'feedback'],
    parents: ({ userId }) => ({ userId: userKey(userId) }),
  });
  return {
    get: rows.get,
    update: rows.update,
    updateIf: rows.updateIf,
    remove: rows.remove,
    create: (suggestion: NewRow<AiSuggestionRecord>) => rows.create(suggestion),
    listByUser: ({ userId, ...page }: PageQuery & { userId: string }) =>
      rows.page(entity.query.byUser({ userId }), {
        ...page,
        list: 'aiSuggestions',
        filters: { userId },
        order: 'desc',
      }),
    /** Of all users, the oldest first. */
    listPending: (page: PageQuery) =>
      rows.page(entity.query.pending({}), { ...page, list: 'aiSuggestions.pending', filters: {} }),
  };
};
