import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { StoreConnection } from './connection.ts';
import { send, sendIf } from './failures.ts';

const SETUP = { pk: 'settings', sk: 'setup' };
const DEPLOYMENT = { pk: 'settings', sk: 'deployment' };
const CLOCKS = { pk: 'settings', sk: 'clocks' };

const deploymentSchema = z.object({ cursorKey: z.string(), setupTokenHash: z.string() });

/** What all functions of a deployment must know and no environment variable may hold. */
export interface Deployment {
  /** Signs the cursors of lists. */
  readonly cursorKey: Uint8Array;
  /** Hex SHA-256. */
  readonly setupTokenHash: string;
}

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
    return sendIf(() =>
      document.send(
        new PutCommand({
          TableName,
          Item: { ...SETUP, at: new Date(clock.now()).toISOString() },
          ConditionExpression: 'attribute_not_exists(#pk)',
          ExpressionAttributeNames: { '#pk': 'pk' },
        }),
      ),
    );
  },
  releaseSetup: async (): Promise<void> => {
    await send(() => document.send(new DeleteCommand({ TableName, Key: SETUP })));
  },
  /** Whose clocks fire the schedules, as `noteClocks` was told last; null if it never was. */
  clocks: async (): Promise<string | null> => {
    const { Item } = await send(() =>
      document.send(new GetCommand({ TableName, Key: CLOCKS, ConsistentRead: true })),
    );
    return typeof Item?.name === 'string' ? Item.name : null;
  },
  noteClocks: async (name: string): Promise<void> => {
    await send(() => document.send(new PutCommand({ TableName, Item: { ...CLOCKS, name } })));
  },
  /** Null until the stacks have been deployed. */
  deployment: async (): Promise<Deployment | null> => {
    const { Item } = await send(() => document.send(new GetCommand({ TableName, Key: DEPLOYMENT })));
    if (!Item) return null;
    const { cursorKey, setupTokenHash } = deploymentSchema.parse(Item);
    return { cursorKey: Buffer.from(cursorKey, 'base64url'), setupTokenHash };
  },
  /**
   * Takes a new set-up token. The cursor key stays what it was: lists that are being read go on. So does the name of the
   * table, by which one that was restored is known.
   */
  prepareDeployment: async ({ cursorKey, setupTokenHash }: Deployment): Promise<void> => {
    await send(() =>
      document.send(
        new UpdateCommand({
          TableName,
          Key: DEPLOYMENT,
          UpdateExpression:
            'SET #token = :token, #cursor = if_not_exists(#cursor, :cursor), #table = if_not_exists(#table, :table)',
          ExpressionAttributeNames: { '#token': 'setupTokenHash', '#cursor': 'cursorKey', '#table': 'table' },
          ExpressionAttributeValues: {
            ':token': setupTokenHash,
            ':table': TableName,
            ':cursor': Buffer.from(cursorKey).toString('base64url'),
          },
        }),
      ),
    );
  },
});
