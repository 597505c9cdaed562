import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { AppError } from '../errors.ts';
import type { StoreConnection } from './connection.ts';
import { isConditionFailure, send } from './failures.ts';

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Claim =
  | { readonly state: 'new' }
  | { readonly state: 'running' }
  | ({ readonly state: 'done' } & KeptAnswer);

/** How long an answer is kept for a repeat of its request. */
const KEPT_SECONDS = 86_400;
/** An item holds 400 KB; a larger answer is not kept, and its key stays taken. */
const MAX_BODY_BYTES = 300_000;

const keyOf = (callerId: string, key: string) => ({ pk: `idempotency#${callerId}`, sk: key });

/** Requests that were made under an Idempotency-Key, and what was answered. */
export const makeIdempotencyStore = ({ document, table: TableName, clock }: StoreConnection) => {
  const nowSeconds = () => Math.floor(clock.now() / 1000);
  return {
    /** Throws `idempotency.mismatch` when the key was used for another request. */
    claim: async (callerId: string, key: string, requestHash: string): Promise<Claim> => {
      try {
        await send(() =>
          document.send(
            new PutCommand({
              TableName,
              Item: { ...keyOf(callerId, key), requestHash, expiresAt: nowSeconds() + KEPT_SECONDS },
              ConditionExpression: 'attribute_not_exists(#pk) OR #expiresAt < :now',
              ExpressionAttributeNames: { '#pk': 'pk', '#expiresAt': 'expiresAt' },
              ExpressionAttributeValues: { ':now': nowSeconds() },
            }),
          ),
        );
        return { state: 'new' };
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
      const { Item } = await send(() =>
        document.send(new GetCommand({ TableName, Key: keyOf(callerId, key), ConsistentRead: true })),
      );
      if (Item && Item.requestHash !== requestHash)
        throw new AppError('idempotency.mismatch', 'Use a new Idempotency-Key for a new request.');
      return Item?.answer ? { state: 'done', ...(Item.answer as KeptAnswer) } : { state: 'running' };
    },
    complete: async (callerId: string, key: string, answer: KeptAnswer): Promise<void> => {
      if (Buffer.byteLength(answer.body) > MAX_BODY_BYTES) return;
      const { Item } = await send(() =>
        document.send(new GetCommand({ TableName, Key: keyOf(callerId, key), ConsistentRead: true })),
      );
      if (Item) await send(() => document.send(new PutCommand({ TableName, Item: { ...Item, answer } })));
    },
    /** The request came to nothing: the key is free again. */
    release: async (callerId: string, key: string): Promise<void> => {
      await send(() => document.send(new DeleteCommand({ TableName, Key: keyOf(callerId, key) })));
    },
  };
};
