import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';

/** Whom a sum is of: an execution, or a workflow or a person in a month. */
export type SpenderKey = {
  readonly kind: 'execution' | 'workflow' | 'user';
  readonly id: string;
  readonly period: string;
};

const KEPT_SECONDS = 400 * 86_400;

/** What models have cost, summed up as it is spent. Adding is one atomic write, so that parallel nodes all count. */
export const makeAiUsageStore = ({ document, table: TableName, clock }: StoreConnection) => {
  const keyOf = ({ kind, id, period }: SpenderKey) => ({ pk: `ai#${kind}#${id}`, sk: period });
  return {
    /** US$. */
    spent: async (spender: SpenderKey): Promise<number> => {
      const command = new GetCommand({ TableName, Key: keyOf(spender), ConsistentRead: true });
      return Number((await send(() => document.send(command))).Item?.usd ?? 0);
    },
    add: async (
      spender: SpenderKey,
      used: { readonly usd: number; readonly inputTokens: number; readonly outputTokens: number },
    ): Promise<void> => {
      const command = new UpdateCommand({
        TableName,
        Key: keyOf(spender),
        UpdateExpression: 'SET #expiresAt = :end ADD #usd :usd, #input :input, #output :output',
        ExpressionAttributeNames: {
          '#expiresAt': 'expiresAt',
          '#usd': 'usd',
          '#input': 'inputTokens',
          '#output': 'outputTokens',
        },
        ExpressionAttributeValues: {
          ':end': Math.floor(clock.now() / 1000) + KEPT_SECONDS,
          ':usd': used.usd,
          ':input': used.inputTokens,
          ':output': used.outputTokens,
        },
      });
      await send(() => document.send(command));
    },
  };
};
