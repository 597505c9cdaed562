import { renameSync } from 'node:fs';
import { type AttributeValue, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { keys } from '../../shared/store/execution-keys.ts';
import { removeItems } from '../../shared/store/execution-removal.ts';
import { send } from '../../shared/store/failures.ts';
import { makeJournalClient } from './journal-client.ts';
import { openSegmentFile } from './segment-file.ts';
import type { CommandClient } from './wire-client.ts';

interface JournalTable {
  readonly client: CommandClient;
  readonly table: string;
}

/**
 * Moves the segments of journals that lie in the table into a file of their own: a folder that an earlier version has made. The file
 * gets its name when all of it is done. Cut short it goes on the next time, as no segment leaves the table before it is on disk here.
 */
export const moveJournals = async (
  { client, table: TableName }: JournalTable,
  file: string,
): Promise<void> => {
  const unfinished = `${file}.moving`;
  const segments = openSegmentFile(unfinished);
  try {
    const journals = makeJournalClient(client, segments);
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await send(() =>
        client.send(
          new ScanCommand({
            TableName,
            FilterExpression: 'begins_with(#pk, :execution) AND begins_with(#sk, :segment)',
            ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
            ExpressionAttributeValues: {
              ':execution': { S: keys.partition('') },
              ':segment': { S: keys.segmentPrefix },
            },
            ExclusiveStartKey,
          }),
        ),
      );
      const items = page.Items ?? [];
      await Promise.all(items.map((Item) => journals.send(new PutItemCommand({ TableName, Item }))));
      await removeItems({ client, table: TableName }, items);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  } finally {
    segments.close();
  }
  renameSync(unfinished, file);
};
