import {
  DeleteCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { cancellation, isConditionFailure, send } from './failures.ts';

/** A refresh token, by its hash. The family is the session: all tokens that one sign-in led to. */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly familyId: string;
  readonly tokenHash: string;
  /** ISO-8601. */
  readonly expiresAt: string;
  /** ISO-8601: the sign-in. */
  readonly startedAt: string;
  /** What signed in: the User-Agent and the address it came from. */
  readonly agent: string;
  readonly address: string;
}

type NewSession = Omit<SessionRecord, 'id'>;

/** A session as its owner sees it. Times are ISO-8601. */
export interface SessionSummary
  extends Pick<SessionRecord, 'startedAt' | 'agent' | 'address' | 'expiresAt' | 'familyId'> {
  /** The last sign-in or refresh. */
  readonly lastUsed: string;
}

/** A refresh token came a second time: somebody else has a copy. Its family has been removed. */
export class TokenReused extends AppError {
  readonly userId: string;
  readonly familyId: string;

  constructor(userId: string, familyId: string) {
    super('auth.expired', ENDED);
    this.userId = userId;
    this.familyId = familyId;
  }
}

const ENDED = 'The session has ended. Sign in again.';

const keyOf = (tokenHash: string) => ({ pk: `refresh#${tokenHash}`, sk: 'a' });
const QUERY_LIMIT = 100;
/** The index may go on telling for a moment of what was removed. */
const MAX_PASSES = 5;

/**
 * Refresh tokens, each good once. Items: the token by its hash; indexed by user (gsi1) for "end all". `usedAt` marks a token that was
 * exchanged: when it comes again, somebody else has a copy, and the whole family ends.
 */
export const makeSessionStore = (connection: StoreConnection) => {
  const { document, table: TableName, clock } = connection;

  const prepare = (session: NewSession) => {
    const record: SessionRecord = { ...session, id: newId('ses') };
    const { expiresAt, ...columns } = record;
    const Item = {
      ...keyOf(session.tokenHash),
      gsi1pk: `sessions#${session.userId}`,
      gsi1sk: `${session.familyId}#${session.tokenHash}`,
      ...columns,
      createdAt: new Date(connection.clock.now()).toISOString(),
      until: expiresAt,
      expiresAt: Math.ceil(Date.parse(expiresAt) / 1000),
    };
    return { record, Item };
  };

  const create = async (session: NewSession): Promise<SessionRecord> => {
    const { record, Item } = prepare(session);
    await send(() => document.send(new PutCommand({ TableName, Item })));
    return record;
  };

  /** Exchanges a token for the next one. Throws `auth.expired`; TokenReused for one used before, whose family it ends. */
  const rotate = async (
    tokenHash: string,
    next: Pick<SessionRecord, 'tokenHash' | 'expiresAt'>,
  ): Promise<SessionRecord> => {
    const used = await markUsed(tokenHash);
    if (Date.parse(String(used.until)) <= clock.now()) throw ended();
    const { userId, familyId, startedAt, agent, address } = used as unknown as SessionRecord;
    const { record, Item } = prepare({ userId, familyId, startedAt, agent, address, ...next });
    // Whoever ends the session meanwhile removes the used token: no other may come after that.
    const isThere = {
      TableName,
      Key: keyOf(tokenHash),
      ConditionExpression: 'attribute_exists(#pk)',
      ExpressionAttributeNames: { '#pk': 'pk' },
    };
    const TransactItems = [{ Put: { TableName, Item } }, { ConditionCheck: isThere }];
    try {
      await send(() => document.send(new TransactWriteCommand({ TransactItems })));
      return record;
    } catch (error) {
      throw cancellation(error)?.includes('ConditionalCheckFailed') ? ended() : error;
    }
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
      const [reused] = Items;
      if (!reused) throw ended();
      const [userId, familyId] = [String(reused.userId), String(reused.familyId)];
      await revokeFamilyOf(userId, familyId);
      throw new TokenReused(userId, familyId);
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

  /** Every token of a user, or of one family; used ones, too. */
  async function* tokensOf(userId: string, prefix: string): AsyncGenerator<Record<string, unknown>> {
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
      yield* page.Items ?? [];
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  /**
   * Removes the tokens of a user that `matches` says yes to; an empty prefix is all of them. Looks again until there are none:
   * one may have been exchanged for the next between being found and being removed.
   */
  const revoke = async (
    userId: string,
    prefix: string,
    matches: (familyId: string) => boolean,
  ): Promise<void> => {
    let found = 1;
    for (let pass = 0; pass < MAX_PASSES && found > 0; pass += 1) {
      found = 0;
      for await (const item of tokensOf(userId, prefix)) {
        if (!matches(String(item.familyId))) continue;
        found += 1;
        const Key = keyOf(String(item.tokenHash));
        await send(() => document.send(new DeleteCommand({ TableName, Key })));
      }
    }
  };

  /** The sessions of a user that can be refreshed, the one begun last first. */
  const list = async (userId: string): Promise<SessionSummary[]> => {
    const open: SessionSummary[] = [];
    for await (const item of tokensOf(userId, '')) {
      const { familyId, startedAt, agent, address } = item as unknown as SessionRecord;
      const [expiresAt, lastUsed] = [String(item.until), String(item.createdAt)];
      if (item.usedAt === undefined && Date.parse(expiresAt) > clock.now())
        open.push({ familyId, startedAt, agent, address, expiresAt, lastUsed });
    }
    return open.sort((one, other) => (one.startedAt < other.startedAt ? 1 : -1));
  };

  const revokeFamilyOf = (userId: string, familyId: string) => revoke(userId, `${familyId}#`, () => true);

  return {
    create,
    rotate,
    list,
    revokeFamily: revokeFamilyOf,
    revokeAllOf: (userId: string, { except }: { except?: string } = {}) =>
      revoke(userId, '', (familyId) => familyId !== except),
  };
};

const ended = () => new AppError('auth.expired', ENDED);
