import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { Entity } from 'electrodb';
import type { JsonObject } from '../../engine/item.ts';
import { AppError } from '../errors.ts';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';
import type { GuardedWrite, Write } from './guarded-write.ts';
import type { Lifetime } from './lifetime.ts';
import { indexBy, model } from './row-columns.ts';
import { TABLE } from './table.ts';

/**
 * A trigger that waits for events. There is one row for each thing an event must have for its pattern to be worth looking
 * at (its anchor), so that an event finds its candidates by a few keys.
 */
export interface SubscriptionRecord {
  readonly workflowId: string;
  readonly nodeId: string;
  readonly ownerId: string;
  readonly anchor: string;
  readonly pattern: JsonObject;
  readonly workflowVersionId: string;
  readonly version: number;
  /** Of the executions it starts. */
  readonly lifetime: Lifetime;
}

export type NewSubscription = Pick<SubscriptionRecord, 'nodeId' | 'pattern'> & {
  readonly anchors: readonly string[];
};

/** Kept with the workflow, whose read is consistent. */
export type SubscriptionAddress = Pick<SubscriptionRecord, 'ownerId' | 'anchor' | 'nodeId'>;

const subscriptionEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('subscription'),
      attributes: {
        workflowId: { type: 'string', required: true },
        nodeId: { type: 'string', required: true },
        ownerId: { type: 'string', required: true },
        anchor: { type: 'string', required: true },
        pattern: { type: 'string', required: true },
        workflowVersionId: { type: 'string', required: true },
        version: { type: 'number', required: true },
        lifetime: { type: ['short', 'long'] as const, required: true },
      },
      indexes: {
        primary: {
          pk: { field: TABLE.partitionKey, composite: ['ownerId', 'anchor'], casing: 'none' },
          sk: { field: TABLE.sortKey, composite: ['workflowId', 'nodeId'], casing: 'none' },
        },
        /** For events that everybody may see. */
        byAnchor: indexBy('gsi1', ['anchor'], ['workflowId', 'nodeId']),
      },
    },
    { client, table },
  );

type Target = Pick<
  SubscriptionRecord,
  'workflowId' | 'ownerId' | 'workflowVersionId' | 'version' | 'lifetime'
>;

const PAGE = 100;

export const makeSubscriptionStore = (connection: StoreConnection) => {
  const entity = subscriptionEntity(connection);
  const refused = () => new AppError('resource.changed', 'The triggers were changed meanwhile; try again.');

  const keyOf = (workflowId: string, { ownerId, anchor, nodeId }: SubscriptionAddress) =>
    entity.get({ ownerId, anchor, workflowId, nodeId }).params<{ Key: Record<string, string> }>().Key;

  const put = (row: SubscriptionRecord): GuardedWrite => {
    const { Item, TableName } = entity
      .put({ ...row, pattern: JSON.stringify(row.pattern) })
      .params<NonNullable<Write['Put']>>();
    return { write: { Put: { TableName, Item } }, refused };
  };

  const removal = (workflowId: string, address: SubscriptionAddress): GuardedWrite => ({
    write: { Delete: { TableName: connection.table, Key: keyOf(workflowId, address) } },
    refused,
  });

  /** Page by page, so that an event with many candidates holds few of them at a time. `ownerId` null: those of everybody. */
  const candidates = async (
    ownerId: string | null,
    anchor: string,
    cursor: string | null,
  ): Promise<{ data: SubscriptionRecord[]; cursor: string | null }> => {
    const page = await send(() =>
      ownerId === null
        ? entity.query.byAnchor({ anchor }).go({ limit: PAGE, cursor })
        : entity.query.primary({ ownerId, anchor }).go({ limit: PAGE, cursor, consistent: true }),
    );
    return {
      data: page.data.map((row) => ({ ...row, pattern: JSON.parse(row.pattern) as JsonObject })),
      cursor: page.cursor,
    };
  };

  return {
    candidates,
    /** The rows of a publication in place of those before. */
    replacement: (
      before: readonly SubscriptionAddress[],
      wanted: readonly NewSubscription[],
      target: Target,
    ): { addresses: SubscriptionAddress[]; writes: GuardedWrite[] } => {
      const rows = wanted.flatMap(({ nodeId, pattern, anchors }) =>
        anchors.map((anchor): SubscriptionRecord => ({ ...target, nodeId, pattern, anchor })),
      );
      const isKept = (old: SubscriptionAddress) =>
        rows.some(
          (row) => row.ownerId === old.ownerId && row.anchor === old.anchor && row.nodeId === old.nodeId,
        );
      return {
        addresses: rows.map(({ ownerId, anchor, nodeId }) => ({ ownerId, anchor, nodeId })),
        writes: [
          ...rows.map(put),
          ...before.filter((old) => !isKept(old)).map((old) => removal(target.workflowId, old)),
        ],
      };
    },
    removals: (workflowId: string, before: readonly SubscriptionAddress[]): GuardedWrite[] =>
      before.map((address) => removal(workflowId, address)),
    removeAll: async (workflowId: string, addresses: readonly SubscriptionAddress[]): Promise<void> => {
      for (const address of addresses)
        await send(() =>
          connection.document.send(
            new DeleteCommand({ TableName: connection.table, Key: keyOf(workflowId, address) }),
          ),
        );
    },
  };
};
