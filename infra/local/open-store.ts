import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../../shared/adapters/system.ts';
import { connect, type PayloadStore, type StoreConnection } from '../../shared/store/connection.ts';
import { type DiskGuard, type DiskGuardOptions, makeDiskGuard } from './disk-guard.ts';
import { makeJournalClient } from './journal-client.ts';
import { payloadFolder } from './payload-folder.ts';
import { type ItemName, itemsIn, makeRowCache, needsRoom, type RowCache, writes } from './row-cache.ts';
import { openSegmentFile } from './segment-file.ts';
import { type CommandClient, makeWireClient } from './wire-client.ts';

export interface StoreLocation {
  readonly endpoint: string;
  /** The file of journals, beside a database that Stepwell runs itself; null for another one, to which others may write. */
  readonly journals: string | null;
  readonly table: string;
  readonly cursorKey: Uint8Array;
  /** The folder of the payload store. */
  readonly payloads: string;
}

/** An item holds 400 KB; a row has a trigger's items in it and perhaps a whole journal, and leaves room for its columns. */
const SPILL_BYTES = 180 * 1024;
/** One machine has no index that could be too hot. */
const STARTS_PER_MINUTE = 1_000_000;
/** What is longer takes the database more time to write than it takes to compress. Measured. */
const COMPRESS_BYTES = 2048;

/**
 * The store of this machine. Each thread opens its own; `onWrite` is told which items of the rows that people change a write may have
 * changed, before whoever wrote hears of it.
 */
export const openStore = (
  location: StoreLocation,
  onWrite: (items: readonly ItemName[]) => void = () => undefined,
  freeBytes: Pick<DiskGuardOptions, 'freeBytes'> = {},
): { connection: StoreConnection; cache: RowCache } => {
  const { endpoint, journals, table, cursorKey } = location;
  const isOwn = journals !== null;
  const guard = makeDiskGuard({ folder: location.payloads, now: systemClock.now, ...freeBytes });
  const payloads = guardedPayloads(payloadFolder(location.payloads), guard);
  const cache = makeRowCache();
  const connection = connect({
    endpoint,
    table,
    cursorKey,
    clock: systemClock,
    payloads,
    spillBytes: SPILL_BYTES,
    compressBytes: COMPRESS_BYTES,
    quotas: { startsPerMinute: STARTS_PER_MINUTE },
    // Another Stepwell may write to a database that is not our own.
    ...(isOwn ? { kept: cache.kept } : {}),
  });
  connection.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (command) => {
        if (!writes(commandName)) return next(command);
        if (isOwn && needsRoom(commandName)) guard.mustHaveRoom();
        try {
          return await next(command);
        } finally {
          const items = itemsIn(command.input);
          cache.forget(items);
          onWrite(items);
        }
      },
    { step: 'initialize', priority: 'high', name: 'forgetWritten' },
  );
  // What calls the client directly, and not through the document client, only ever sends commands. These are of executions,
  // which nobody keeps.
  const client: CommandClient = isOwn
    ? guardedClient(makeJournalClient(makeWireClient(endpoint), openSegmentFile(journals)), guard)
    : connection.client;
  return { connection: { ...connection, client: client as DynamoDBClient }, cache };
};

const guardedClient = (client: CommandClient, guard: DiskGuard): CommandClient => ({
  send: (async (command: { readonly constructor: { readonly name: string } }) => {
    if (needsRoom(command.constructor.name)) guard.mustHaveRoom();
    return client.send(command as never);
  }) as CommandClient['send'],
});

const guardedPayloads = (payloads: PayloadStore, guard: DiskGuard): PayloadStore => ({
  ...payloads,
  put: async (key, bytes) => {
    guard.mustHaveRoom();
    return payloads.put(key, bytes);
  },
  write: async (key, chunks) => {
    guard.mustHaveRoom();
    return payloads.write(key, chunks);
  },
});
