import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreConnection } from './connection.ts';
import { send, sendIf } from './failures.ts';

/** Whom a sum is of: an execution, or a workflow or a person in a month. */
export type SpenderKey = {
  readonly kind: 'execution' | 'workflow' | 'user';
  readonly id: string;
  readonly period: string;
};

const KEPT_SECONDS = 400 * 86_400;

/** What models have cost, summed up as it is spent. Each is one atomic write, so that parallel nodes all count. */
export const makeAiUsageStore = ({ document, table: TableName, clock }: StoreConnection) => {
  const keyOf = ({ kind, id, period }: SpenderKey) => ({ pk: `ai#${kind}#${id}`, sk: period });
  const end = () => Math.floor(clock.now() / 1000) + KEPT_SECONDS;
  return {
    /** US$. */
    spent: async (spender: SpenderKey): Promise<number> => {
      const command = new GetCommand({ TableName, Key: keyOf(spender), ConsistentRead: true });
      return Number((await send(() => document.send(command))).Item?.usd ?? 0);
    },
    /** Adds US$ as long as the sum stays within the budget; false otherwise. */
    take: async (spender: SpenderKey, usd: number, budget: number): Promise<boolean> => {
      // The sum of what is not there yet is nothing.
      if (usd > budget) return false;
      const command = new UpdateCommand({
        TableName,
        Key: keyOf(spender),
        UpdateExpression: 'SET #expiresAt = :end ADD #usd :usd',
        ConditionExpression: 'attribute_not_exists(#usd) OR #usd <= :room',
        ExpressionAttributeNames: { '#expiresAt': 'expiresAt', '#usd': 'usd' },
        ExpressionAttributeValues: { ':end': end(), ':usd': usd, ':room': budget - usd },
      });
      return sendIf(() => document.send(command));
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
          ':end': end(),
          ':usd': used.usd,
          ':input': used.inputTokens,
          ':output': used.outputTokens,
        },
      });
      await send(() => document.send(command));
    },
  };
};
