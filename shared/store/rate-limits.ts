import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';

/** Counters by window of time. Counting is one atomic write, so that parallel attempts all count. */
export const makeRateLimitStore = ({ document, table: TableName, clock }: StoreConnection) => ({
  /** Counts one more; `retryAfter` is in seconds. `takeBack` counts it no longer, for what turned out to be no attempt of the kind. */
  hit: async (
    bucket: string,
    { limit, windowSeconds }: { limit: number; windowSeconds: number },
  ): Promise<{ allowed: boolean; retryAfter: number; takeBack(): Promise<void> }> => {
    const seconds = clock.now() / 1000;
    const window = Math.floor(seconds / windowSeconds);
    const end = (window + 1) * windowSeconds;
    const Key = { pk: `limit#${bucket}`, sk: String(window) };
    const { Attributes } = await send(() =>
      document.send(
        new UpdateCommand({
          TableName,
          Key,
          UpdateExpression: 'SET #expiresAt = :end ADD #count :one',
          ExpressionAttributeNames: { '#expiresAt': 'expiresAt', '#count': 'count' },
          ExpressionAttributeValues: { ':end': end, ':one': 1 },
          ReturnValues: 'UPDATED_NEW',
        }),
      ),
    );
    return {
      allowed: Number(Attributes?.count) <= limit,
      retryAfter: Math.max(1, Math.ceil(end - seconds)),
      takeBack: async () => {
        await send(() =>
          document.send(
            new UpdateCommand({
              TableName,
              Key,
              UpdateExpression: 'ADD #count :less',
              ExpressionAttributeNames: { '#count': 'count' },
              ExpressionAttributeValues: { ':less': -1 },
            }),
          ),
        );
      },
    };
  },
});
