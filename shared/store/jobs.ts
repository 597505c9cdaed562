import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { AppError } from '../errors.ts';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';
import type { GuardedWrite } from './guarded-write.ts';

export type JobKind = 'workflow.delete' | 'user.delete' | 'user.unpublish';

/** Work that is too long for a request and goes on until it is done, whatever happens to who began it. */
export interface Job {
  readonly kind: JobKind;
  /** The id of what it is about. */
  readonly subject: string;
  /** The user who asked for it. */
  readonly by: string;
}

const PARTITION = 'jobs';
const keyOf = ({ kind, subject }: Job) => ({ pk: PARTITION, sk: `${kind}#${subject}` });

export const makeJobStore = ({ document, table: TableName }: StoreConnection) => {
  const itemOf = ({ kind, subject, by }: Job) => ({ ...keyOf({ kind, subject, by }), kind, subject, by });
  return {
    /** Begins it in the transaction of another write. Beginning it twice is beginning it once. */
    creation: (job: Job): GuardedWrite => ({
      write: { Put: { TableName, Item: itemOf(job) } },
      refused: () => new AppError('resource.conflict', 'Try again.'),
    }),
    put: async (job: Job): Promise<void> => {
      await send(() => document.send(new PutCommand({ TableName, Item: itemOf(job) })));
    },
    /** Some of those that are not done. */
    list: async (limit: number): Promise<readonly Job[]> => {
      const { Items } = await send(() =>
        document.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: '#pk = :pk',
            ExpressionAttributeNames: { '#pk': 'pk' },
            ExpressionAttributeValues: { ':pk': PARTITION },
            Limit: limit,
          }),
        ),
      );
      return (Items ?? []) as unknown as readonly Job[];
    },
    remove: async (job: Job): Promise<void> => {
      await send(() => document.send(new DeleteCommand({ TableName, Key: keyOf(job) })));
    },
  };
};
