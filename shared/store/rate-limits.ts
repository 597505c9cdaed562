import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';

/** Counters by window of time. Counting is one atomic write, so that parallel attempts all count. */
export const makeRateLimitStore = ({ document, table: TableName, clock }: StoreConnection) => ({
  /** Counts one more; `retryAfter` is in seconds. */
  hit: async (
    bucket: string,
    { limit, windowSeconds }: { limit: number; windowSeconds: number },
  ): Promise<{ allowed: boolean; retryAfter: number }> => {
    const seconds = clock.now() / 1000;
    const window = Math.floor(seconds / windowSeconds);
    const end = (window + 1) * windowSeconds;
    const { Attributes } = await send(() =>
      document.send(
        new UpdateCommand({
          TableName,
          Key: { pk: `limit#${bucket}`, sk: String(window) },
          UpdateExpression: 'SET #expiresAt = :end ADD #count :one',
          ExpressionAttributeNames: { '#expiresAt': 'expiresAt', '#count': 'count' },
          ExpressionAttributeValues: { ':end': end, ':one': 1 },
          ReturnValues: 'UPDATED_NEW',
        }),
      ),
    );
    return { allowed: Number(Attributes?.count) <= limit, retryAfter: Math.max(1, Math.ceil(end - seconds)) };
  },
});
