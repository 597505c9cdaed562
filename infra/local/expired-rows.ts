import { setTimeout as delay } from 'node:timers/promises';
import { type AttributeValue, DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { StoreConnection } from '../../shared/store/connection.ts';
import { keys } from '../../shared/store/execution-keys.ts';
import { send, sendIf } from '../../shared/store/failures.ts';

const PAGE = 200;
/** Between pages, so that nobody waits for long behind one. */
const PAUSE_MILLISECONDS = 25;

type Attributes = Record<string, AttributeValue>;

/**
 * Removes what has expired and is no execution (those are removed whole, elsewhere): sessions, kept answers, counters. AWS's
 * database does that by itself, the embedded one never does. Answers how many. Stops after a page when `isStopped`.
 */
export const removeExpiredRows = async (
  { client, table: TableName, clock }: Pick<StoreConnection, 'client' | 'table' | 'clock'>,
  isStopped: () => boolean = () => false,
): Promise<number> => {
  let removed = 0;
  let ExclusiveStartKey: Attributes | undefined;
  do {
    const nowSeconds = { N: String(Math.floor(clock.now() / 1000)) };
    const page = await send(() =>
      client.send(
        new ScanCommand({
          TableName,
          Limit: PAGE,
          FilterExpression: '#expiresAt < :now AND NOT begins_with(#pk, :execution)',
          ProjectionExpression: '#pk, #sk',
          ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk', '#expiresAt': 'expiresAt' },
          ExpressionAttributeValues: { ':now': nowSeconds, ':execution': { S: keys.partition('') } },
          ExclusiveStartKey,
        }),
      ),
    );
    const gone = await Promise.all((page.Items ?? []).map((item) => remove(item, nowSeconds)));
    removed += gone.filter(Boolean).length;
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (ExclusiveStartKey) await delay(PAUSE_MILLISECONDS, undefined, { ref: false });
  } while (ExclusiveStartKey && !isStopped());
  return removed;

  /** What was given a longer life since it was read stays. */
  async function remove({ pk, sk }: Attributes, now: AttributeValue): Promise<boolean> {
    return sendIf(() =>
      client.send(
        new DeleteItemCommand({
          TableName,
          Key: { pk, sk } as Attributes,
          ConditionExpression: '#expiresAt < :now',
          ExpressionAttributeNames: { '#expiresAt': 'expiresAt' },
          ExpressionAttributeValues: { ':now': now },
        }),
      ),
    );
  }
};
