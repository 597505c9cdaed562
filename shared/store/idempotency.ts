import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { AppError } from '../errors.ts';
import type { StoreConnection } from './connection.ts';
import { send, sendIf } from './failures.ts';

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Claim =
  /** `id` is the same for each attempt at one request. */
  | { readonly state: 'new'; readonly id: string }
  | { readonly state: 'running'; readonly retryAfterSeconds: number }
  | ({ readonly state: 'done' } & KeptAnswer);

/** How long an answer is kept for a repeat of its request. */
const KEPT_SECONDS = 86_400;
/** No request takes longer. One that has not been answered by then was lost with its process, and may be made again. */
const BUSY_SECONDS = 60;
/** An item holds 400 KB; a larger answer is not kept, and its key stays taken. */
const MAX_BODY_BYTES = 300_000;

const keyOf = (callerId: string, key: string) => ({ pk: `idempotency#${callerId}`, sk: key });

/** Requests that were made under an Idempotency-Key, and what was answered. */
export const makeIdempotencyStore = ({ document, table: TableName, clock }: StoreConnection) => {
  const nowSeconds = () => Math.floor(clock.now() / 1000);
  return {
    /** Throws `idempotency.mismatch` when the key was used for another request. */
    claim: async (callerId: string, key: string, requestHash: string): Promise<Claim> => {
      const now = nowSeconds();
      const claimed = { requestHash, id: randomUUID(), busyUntil: now + BUSY_SECONDS };
      const isClaimed = await sendIf(() =>
        document.send(
          new PutCommand({
            TableName,
            Item: { ...keyOf(callerId, key), ...claimed, expiresAt: now + KEPT_SECONDS },
            ConditionExpression: 'attribute_not_exists(#pk) OR #expiresAt < :now',
            ExpressionAttributeNames: { '#pk': 'pk', '#expiresAt': 'expiresAt' },
            ExpressionAttributeValues: { ':now': now },
          }),
        ),
      );
      if (isClaimed) return { state: 'new', id: claimed.id };
      const { Item } = await send(() =>
        document.send(new GetCommand({ TableName, Key: keyOf(callerId, key), ConsistentRead: true })),
      );
      if (!Item) return { state: 'running', retryAfterSeconds: 1 };
      const isSame = Item.requestHash === requestHash;
      if (!isSame && Item.busyUntil !== FREE)
        throw new AppError('idempotency.mismatch', 'Use a new Idempotency-Key for a new request.');
      if (Item.answer) return { state: 'done', ...(Item.answer as KeptAnswer) };
      if (Item.busyUntil > now) return { state: 'running', retryAfterSeconds: Item.busyUntil - now };
      const id: string = isSame ? Item.id : claimed.id;
      const isTaken = await sendIf(() =>
        document.send(
          new UpdateCommand({
            TableName,
            Key: keyOf(callerId, key),
            UpdateExpression: 'SET #busyUntil = :until, #requestHash = :hash, #id = :id',
            ConditionExpression: '#busyUntil = :seen',
            ExpressionAttributeNames: {
              '#busyUntil': 'busyUntil',
              '#requestHash': 'requestHash',
              '#id': 'id',
            },
            ExpressionAttributeValues: {
              ':until': claimed.busyUntil,
              ':hash': requestHash,
              ':id': id,
              ':seen': Item.busyUntil,
            },
          }),
        ),
      );
      return isTaken ? { state: 'new', id } : { state: 'running', retryAfterSeconds: 1 };
    },
    complete: async (callerId: string, key: string, answer: KeptAnswer): Promise<void> => {
      const { Item } = await send(() =>
        document.send(new GetCommand({ TableName, Key: keyOf(callerId, key), ConsistentRead: true })),
      );
      const isKept = Buffer.byteLength(answer.body) <= MAX_BODY_BYTES;
      const end = isKept ? { answer } : { busyUntil: Item?.expiresAt };
      if (Item) await send(() => document.send(new PutCommand({ TableName, Item: { ...Item, ...end } })));
    },
    /** The request came to nothing, as far as is known: the key is free again, and the same request keeps its id. */
    release: async (callerId: string, key: string): Promise<void> => {
      await send(() =>
        document.send(
          new UpdateCommand({
            TableName,
            Key: keyOf(callerId, key),
            UpdateExpression: 'SET #busyUntil = :free',
            ConditionExpression: 'attribute_exists(#pk)',
            ExpressionAttributeNames: { '#pk': 'pk', '#busyUntil': 'busyUntil' },
            ExpressionAttributeValues: { ':free': FREE },
          }),
        ),
      );
    },
  };
};

/** `busyUntil` of a key whose request has failed. */
const FREE = 0;
