import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ExecutionFinished } from '../../engine/interpreter/event.ts';
import type { StoreConnection } from './connection.ts';
import { type Attributes, readPartition, rowKey } from './execution-items.ts';
import { keys, payloadPrefix } from './execution-keys.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { send, sendIf } from './failures.ts';
import { copyToClass, expiryOf, type Lifetime } from './lifetime.ts';

type Settled = Pick<ExecutionRecord, 'id' | 'ownerId' | 'lifetime'> &
  Partial<Pick<ExecutionRecord, 'isInline'>>;

const DAY_SECONDS = 86_400;
/** What the sweep has to remove payloads in. */
const GRACE_SECONDS = 7 * DAY_SECONDS;

interface RowCondition {
  readonly text: string;
  readonly names: Readonly<Record<string, string>>;
}
const IS_THERE: RowCondition = { text: 'attribute_exists(#pk)', names: { '#pk': 'pk' } };
const IS_OPEN: RowCondition = {
  text: 'attribute_exists(#pk) AND attribute_not_exists(#if)',
  names: { '#pk': 'pk', '#if': 'finishedAt' },
};
const IS_INLINE: RowCondition = { text: 'attribute_exists(#if)', names: { '#if': 'isInline' } };

/** What becomes of the row of an execution. */
export const makeExecutionChanges = (connection: StoreConnection) => {
  const { client, table: TableName, retentionDays } = connection;

  /**
   * Until when an ended one is kept, in seconds since 1970. The payloads of long ones are removed one by one, as their
   * class is only dropped much later: the row that leads to them stays a little longer.
   */
  const keptUntil = (
    finishedAt: number,
    lifetime: Lifetime,
  ): { readonly expiresAt: number; readonly goneAt?: number } => {
    const end = Math.ceil(finishedAt / 1000) + retentionDays * DAY_SECONDS;
    return lifetime === 'short' ? { expiresAt: end } : { goneAt: end, expiresAt: end + GRACE_SECONDS };
  };

  /** Changes attributes of the row, and removes some. */
  const rowUpdate = (
    id: string,
    changes: Readonly<Record<string, unknown>>,
    removed: readonly string[] = [],
    condition = IS_THERE,
  ) => {
    const entries = Object.entries(changes);
    const sets = entries.map((_, index) => `#c${index} = :c${index}`).join(', ');
    const removals = removed.map((_, index) => `#r${index}`).join(', ');
    const values = marshall(Object.fromEntries(entries.map(([, value], index) => [`:c${index}`, value])), {
      removeUndefinedValues: true,
    });
    return {
      TableName,
      Key: rowKey(id),
      UpdateExpression: `${sets && `SET ${sets}`}${removals && ` REMOVE ${removals}`}`,
      ConditionExpression: condition.text,
      ExpressionAttributeNames: {
        ...condition.names,
        ...Object.fromEntries(entries.map(([name], index) => [`#c${index}`, name])),
        ...Object.fromEntries(removed.map((name, index) => [`#r${index}`, name])),
      },
      ExpressionAttributeValues: entries.length === 0 ? undefined : values,
    };
  };
  /** False when its condition is not met. */
  const updateRow = async (update: ReturnType<typeof rowUpdate>): Promise<boolean> => {
    return sendIf(() => client.send(new UpdateItemCommand(update)));
  };
  /** Of one that was deleted meanwhile there is nothing left to say. */
  const changeColumns = async (id: string, columns: Partial<ExecutionRecord>): Promise<void> => {
    await updateRow(rowUpdate(id, columns));
  };

  /**
   * Writes what the final event says into the row, which stays open where something is still to be done. False where it has been
   * deleted, or was to end inline and was detached.
   */
  const settle = (
    { id, ownerId, lifetime, isInline }: Settled,
    final: ExecutionFinished,
    { staysOpen = false } = {},
  ): Promise<boolean> => {
    const columns = { ...endColumnsOf(final), ...keptUntil(final.at, lifetime) };
    const condition = isInline ? IS_INLINE : IS_THERE;
    if (staysOpen) return updateRow(rowUpdate(id, columns, [], condition));
    if (final.status === 'failed')
      return updateRow(rowUpdate(id, { ...columns, gsi6pk: keys.failed(ownerId) }, [], condition));
    return updateRow(rowUpdate(id, columns, ['gsi6pk', 'gsi6sk'], condition));
  };

  /** One that parks for longer than a short one may live is made a long one, with all there is of it, before it parks. */
  const prolong = async ({ id, startedAt }: ExecutionRecord): Promise<void> => {
    const expiresAt = expiryOf(connection, 'long', Date.parse(startedAt));
    await copyToClass(connection.payloads, payloadPrefix(id), 'short', 'long');
    for (const { pk, sk } of await readPartition(connection, id, keys.definition, keys.lastSegment)) {
      await send(() =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: { pk, sk } as Attributes,
            UpdateExpression: 'SET #expiresAt = :expiresAt',
            ExpressionAttributeNames: { '#expiresAt': 'expiresAt' },
            ExpressionAttributeValues: { ':expiresAt': { N: String(expiresAt) } },
          }),
        ),
      );
    }
    await updateRow(rowUpdate(id, { lifetime: 'long', expiresAt }));
  };

  /**
   * A child that was begun in the slice of its parent goes on by itself, and tells of its end. False when it has ended, or
   * is not there.
   */
  const detach = (id: string): Promise<boolean> => updateRow(rowUpdate(id, {}, ['isInline'], IS_OPEN));

  return { keptUntil, changeColumns, settle, detach, prolong };
};

/** What the final event says, as columns of the row. */
export const endColumnsOf = (final: ExecutionFinished) => ({
  status: final.status,
  finishedAt: new Date(final.at).toISOString(),
  errorMessage: final.error?.message ?? null,
  errorCode: final.error?.code ?? null,
  errorNodeId: final.error?.nodeId ?? null,
  wait: null,
});
