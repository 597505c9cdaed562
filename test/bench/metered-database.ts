import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface Metered {
  /** Indexes included. */
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Of the table alone, which is about the kilobytes it keeps of them. */
  readonly tableWriteUnits: number;
}

interface Capacity {
  readonly CapacityUnits?: number;
  readonly Table?: { readonly CapacityUnits?: number };
}

const READS = new Set([
  'GetItemCommand',
  'BatchGetItemCommand',
  'QueryCommand',
  'ScanCommand',
  'TransactGetItemsCommand',
]);

/** Asks with every request of this client what it has consumed, and adds it up. */
export const meter = (client: DynamoDBClient): { reset(): void; read(): Metered } => {
  let sum = { writeUnits: 0, readUnits: 0, tableWriteUnits: 0 };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
        const result = await next(args);
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Capacity | Capacity[] };
        for (const { CapacityUnits = 0, Table } of [ConsumedCapacity ?? []].flat()) {
          if (READS.has(commandName)) sum.readUnits += CapacityUnits;
          else {
            sum.writeUnits += CapacityUnits;
            sum.tableWriteUnits += Table?.CapacityUnits ?? 0;
          }
        }
        return result;
      },
    { step: 'initialize', name: 'meter' },
  );
  return {
    reset: () => {
      sum = { writeUnits: 0, readUnits: 0, tableWriteUnits: 0 };
    },
    read: () => ({ ...sum }),
  };
};
