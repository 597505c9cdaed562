import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { type Attributes, absent } from './execution-items.ts';
import type { makeExecutionReader } from './execution-loading.ts';
import type { ExecutionRecord, NewExecution } from './execution-record.ts';
import { encodeRow } from './execution-row.ts';
import { isConditionFailure, send } from './failures.ts';
import { classesOf, expiryOf } from './lifetime.ts';
import type { LoadedExecution } from './loaded-execution.ts';

/** How executions come into the store. */
export const makeAcceptance = (
  connection: StoreConnection,
  { get, getRow }: Pick<ReturnType<typeof makeExecutionReader>, 'get' | 'getRow'>,
) => {
  const { client, table: TableName, clock } = connection;
  const classes = classesOf(connection);

  /** An execution as `load` gives it before anything has happened, except that it is not accepted: nothing is stored. */
  const prepare = (input: NewExecution): LoadedExecution => {
    const { id = newId('exec'), at, ...given } = input;
    const now = at ?? clock.now();
    const record: ExecutionRecord = {
      triggeredBy: null,
      triggerDetail: null,
      hasOwnDefinition: false,
      mode: 'production',
      responseMode: null,
      parentExecutionId: null,
      isInline: null,
      body: null,
      retryOf: null,
      retryFrom: null,
      hops: 0,
      lifetime: 'long',
      ...given,
      id,
      startedAt: new Date(now).toISOString(),
      finishedAt: null,
      status: 'pending',
      errorMessage: null,
      errorCode: null,
      errorNodeId: null,
      wait: null,
      recoveries: 0,
      recoveredAt: null,
      isDataKept: true,
    };
    const expiresAt = expiryOf(connection, record.lifetime, now);
    return {
      record,
      events: [],
      position: 0,
      lease: null,
      inbox: [],
      snapshot: null,
      isOpen: true,
      unaccepted: { expiresAt },
    };
  };

  /** Puts the row on condition that there is none. False when there is one, and another than ours. */
  const putRow = async (
    record: ExecutionRecord,
    until: { readonly expiresAt: number; readonly goneAt?: number },
    journal?: Attributes,
  ): Promise<boolean> => {
    const acceptId = randomUUID();
    const extras = { ...until, acceptId, ...(journal ? { journal } : null) };
    const Item = await encodeRow(record, extras, classes[record.lifetime]);
    try {
      await send(() => client.send(new PutItemCommand({ TableName, Item, ...absent })));
      return true;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      const { Item: found } = await getRow(record.id);
      // A put that was sent twice finds its own first copy.
      return found?.acceptId?.S === acceptId;
    }
  };

  const accept = async (input: NewExecution): Promise<{ record: ExecutionRecord; created: boolean }> => {
    const { record, unaccepted } = prepare(input);
    if (await putRow(record, unaccepted ?? { expiresAt: 0 })) return { record, created: true };
    const existing = await get(record.id);
    if (existing) return { record: existing, created: false };
    throw new AppError('resource.conflict', `Execution ${record.id} was removed at this moment; try again.`);
  };

  return { prepare, putRow, accept };
};
