import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreConnection } from './connection.ts';
import { isConditionFailure, send } from './failures.ts';

const SETUP = { pk: 'settings', sk: 'setup' };

/** What the deployment remembers of itself. */
export const makeSettingsStore = ({ document, table: TableName, clock }: StoreConnection) => ({
  isSetUp: async (): Promise<boolean> => {
    const { Item } = await send(() =>
      document.send(new GetCommand({ TableName, Key: SETUP, ConsistentRead: true })),
    );
    return Item !== undefined;
  },
  /** True for the one caller who may make the first admin. */
  claimSetup: async (): Promise<boolean> => {
    try {
      await send(() =>
        document.send(
          new PutCommand({
            TableName,
            Item: { ...SETUP, at: new Date(clock.now()).toISOString() },
            ConditionExpression: 'attribute_not_exists(#pk)',
            ExpressionAttributeNames: { '#pk': 'pk' },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  },
  releaseSetup: async (): Promise<void> => {
    await send(() => document.send(new DeleteCommand({ TableName, Key: SETUP })));
  },
});
