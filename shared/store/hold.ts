import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';

const DEPLOYMENT = { pk: { S: 'settings' }, sk: { S: 'deployment' } };
const releaseKey = (executionId: string) => ({ pk: { S: 'settings' }, sk: { S: `released#${executionId}` } });
const KEPT_SECONDS = 366 * 86_400;

/**
 * A table that was restored is *held*: what was open in it has gone on elsewhere since, so nothing in it moves until somebody
 * has said what shall. It is known by its name, which is another one than the row of its deployment remembers.
 */
export interface Hold {
  /** Asks once, if the answer is no. */
  isHeld(): Promise<boolean>;
  /** Whether this execution may move all the same. */
  isReleased(executionId: string): Promise<boolean>;
  releaseExecution(executionId: string): Promise<void>;
  /** From now on the table is like any other. */
  releaseTable(): Promise<void>;
}

export const makeHold = ({ client, table: TableName, clock }: StoreConnection): Hold => {
  let isFree = false;
  const read = async (Key: typeof DEPLOYMENT) =>
    (await send(() => client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })))).Item;
  return {
    isHeld: async () => {
      const remembered = isFree ? undefined : (await read(DEPLOYMENT))?.table?.S;
      isFree ||= remembered === undefined || remembered === TableName;
      return !isFree;
    },
    isReleased: async (executionId) => (await read(releaseKey(executionId))) !== undefined,
    releaseExecution: async (executionId) => {
      const expiresAt = { N: String(Math.ceil(clock.now() / 1000) + KEPT_SECONDS) };
      const Item = { ...releaseKey(executionId), expiresAt };
      await send(() => client.send(new PutItemCommand({ TableName, Item })));
    },
    releaseTable: async () => {
      const command = new UpdateItemCommand({
        TableName,
        Key: DEPLOYMENT,
        UpdateExpression: 'SET #table = :table',
        ExpressionAttributeNames: { '#table': 'table' },
        ExpressionAttributeValues: { ':table': { S: TableName } },
      });
      await send(() => client.send(command));
      isFree = true;
    },
  };
};
