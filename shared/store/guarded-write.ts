import { PutCommand, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { AppError } from '../errors.ts';
import type { StoreConnection } from './connection.ts';
import { cancellation, isConditionFailure, send } from './failures.ts';

export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A write, and the error its failed condition means. */
export interface GuardedWrite {
  readonly write: Write;
  readonly refused: () => AppError;
}

/** The key of an item, as its store makes it. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A foreign key: the row is there and not about to be removed. */
export const mustExist = (connection: StoreConnection, key: Key, field: string): GuardedWrite => ({
  write: {
    ConditionCheck: {
      TableName: connection.table,
      Key: key,
      ConditionExpression: 'attribute_exists(#pk) AND attribute_not_exists(#deleting)',
      ExpressionAttributeNames: { '#pk': 'pk', '#deleting': 'deleting' },
    },
  },
  refused: () =>
    new AppError('request.invalid', `What ${field} refers to does not exist.`, {
      errors: [{ pointer: `/${field}`, message: 'refers to nothing that exists' }],
    }),
});

/** All writes or none; throws what the first refused one means. */
export const transact = async (
  connection: StoreConnection,
  writes: readonly GuardedWrite[],
): Promise<void> => {
  const [only, ...others] = writes;
  if (only?.write.Put && others.length === 0) return putAlone(connection, only.write.Put, only.refused);
  try {
    await send(() =>
      connection.document.send(new TransactWriteCommand({ TransactItems: writes.map(({ write }) => write) })),
    );
  } catch (error) {
    const reasons = cancellation(error);
    const refused = reasons?.indexOf('ConditionalCheckFailed') ?? -1;
    throw writes[refused]?.refused() ?? error;
  }
};

/** A transaction of one write costs twice what the write does. */
const putAlone = async (
  { document }: StoreConnection,
  put: NonNullable<Write['Put']>,
  refused: () => AppError,
): Promise<void> => {
  try {
    await send(() => document.send(new PutCommand(put)));
  } catch (error) {
    throw isConditionFailure(error) ? refused() : error;
  }
};
