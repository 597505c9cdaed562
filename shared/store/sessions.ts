import { DeleteCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { isConditionFailure, send } from './failures.ts';

/** A refresh token, by its hash. The family is the session: all tokens that one sign-in led to. */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly familyId: string;
  readonly tokenHash: string;
  /** ISO-8601. */
  readonly expiresAt: string;
}

type NewSession = Omit<SessionRecord, 'id'>;

const keyOf = (tokenHash: string) => ({ pk: `refresh#${tokenHash}`, sk: 'a' });
const QUERY_LIMIT = 100;

/**
 * Refresh tokens, each good once. Items: the token by its hash; indexed by user (gsi1) for "end all". `usedAt` marks a token that was
 * exchanged: when it comes again, somebody else has a copy, and the whole family ends.
 */
export const makeSessionStore = (connection: StoreConnection) => {
  const { document, table: TableName, clock } = connection;

  const create = async (session: NewSession): Promise<SessionRecord> => {
    const record: SessionRecord = { ...session, id: newId('ses') };
    const { expiresAt, ...columns } = record;
    const Item = {
      ...keyOf(session.tokenHash),
      gsi1pk: `sessions#${session.userId}`,
      gsi1sk: `${session.familyId}#${session.tokenHash}`,
      ...columns,
      until: expiresAt,
      expiresAt: Math.ceil(Date.parse(expiresAt) / 1000),
    };
    await send(() => document.send(new PutCommand({ TableName, Item })));
    return record;
  };

  /** Exchanges a token for the next one. Throws `auth.expired`; for a token used before it ends the family, too. */
  const rotate = async (
    tokenHash: string,
    next: Pick<SessionRecord, 'tokenHash' | 'expiresAt'>,
  ): Promise<SessionRecord> => {
    const used = await markUsed(tokenHash);
    if (Date.parse(String(used.until)) <= clock.now()) throw ended();
    return create({ userId: String(used.userId), familyId: String(used.familyId), ...next });
  };

  const markUsed = async (tokenHash: string): Promise<Record<string, unknown>> => {
    try {
      const { Attributes } = await send(() =>
        document.send(
          new UpdateCommand({
            TableName,
            Key: keyOf(tokenHash),
            UpdateExpression: 'SET #usedAt = :now',
            ConditionExpression: 'attribute_exists(#pk) AND attribute_not_exists(#usedAt)',
            ExpressionAttributeNames: { '#pk': 'pk', '#usedAt': 'usedAt' },
            ExpressionAttributeValues: { ':now': clock.now() },
            ReturnValues: 'ALL_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      );
      return Attributes ?? {};
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      const { Items = [] } = await send(() => document.send(tokenQuery(tokenHash)));
      if (Items[0]) await revokeFamilyOf(String(Items[0].userId), String(Items[0].familyId));
      throw ended();
    }
  };

  const tokenQuery = (tokenHash: string) =>
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': keyOf(tokenHash).pk },
      ConsistentRead: true,
      Limit: 1,
    });

  /** Removes the tokens of a user that `matches` says yes to; an empty prefix is all of them. */
  const revoke = async (
    userId: string,
    prefix: string,
    matches: (familyId: string) => boolean,
  ): Promise<void> => {
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await send(() =>
        document.send(
          new QueryCommand({
            TableName,
            IndexName: 'gsi1',
            KeyConditionExpression: `#pk = :pk${prefix ? ' AND begins_with(#sk, :sk)' : ''}`,
            ExpressionAttributeNames: { '#pk': 'gsi1pk', ...(prefix ? { '#sk': 'gsi1sk' } : {}) },
            ExpressionAttributeValues: { ':pk': `sessions#${userId}`, ...(prefix ? { ':sk': prefix } : {}) },
            Limit: QUERY_LIMIT,
            ExclusiveStartKey,
          }),
        ),
      );
      for (const item of page.Items ?? [])
        if (matches(String(item.familyId)))
          await send(() =>
            document.send(new DeleteCommand({ TableName, Key: keyOf(String(item.tokenHash)) })),
          );
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  };

  const revokeFamilyOf = (userId: string, familyId: string) => revoke(userId, `${familyId}#`, () => true);

  return {
    create,
    rotate,
    revokeFamily: revokeFamilyOf,
    revokeAllOf: (userId: string, { except }: { except?: string } = {}) =>
      revoke(userId, '', (familyId) => familyId !== except),
  };
};

const ended = () => new AppError('auth.expired', 'The session has ended. Sign in again.');
