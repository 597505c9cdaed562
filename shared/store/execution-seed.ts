import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { JournalEvent } from '../../engine/interpreter/event.ts';
import type { StoreConnection } from './connection.ts';
import { keys, payloadPrefix } from './execution-keys.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { send } from './failures.ts';
import { expiryOf, inClass } from './lifetime.ts';
import { encodeJson } from './segment-codec.ts';

/**
 * Puts the first segment of a journal before its execution is accepted: whoever finds the row finds it too. Written by
 * nobody, it holds no lease.
 */
export const seedExecution = async (
  connection: StoreConnection,
  { id: executionId, lifetime }: Pick<ExecutionRecord, 'id' | 'lifetime'>,
  events: readonly JournalEvent[],
): Promise<void> => {
  const { client, table, clock } = connection;
  const flushId = randomUUID();
  const key = `${payloadPrefix(executionId)}0-${flushId}`;
  const Item = {
    pk: { S: keys.partition(executionId) },
    sk: { S: keys.segment(0) },
    count: { N: String(events.length) },
    writerId: { S: 'seed' },
    flushId: { S: flushId },
    leaseUntil: { N: '0' },
    expiresAt: { N: String(expiryOf(connection, lifetime, clock.now())) },
    events: {
      M: await encodeJson(events, { ...connection, payloads: inClass(connection.payloads, lifetime), key }),
    },
  };
  await send(() => client.send(new PutItemCommand({ TableName: table, Item })));
};
