import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { JournalEvent } from '../../engine/interpreter/event.ts';
import type { Item } from '../../engine/item.ts';
import type { InboxItem } from '../../engine/ports.ts';
import type { StoreConnection } from './connection.ts';
import { decodeInbox } from './execution-inbox.ts';
import { type Attributes, isGone, newestSegment, readPartition, rowKey } from './execution-items.ts';
import { keys } from './execution-keys.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { decodeRow, decodeTriggerItems } from './execution-row.ts';
import { readSnapshot, snapshotPosition } from './execution-snapshots.ts';
import { send } from './failures.ts';
import { inClass } from './lifetime.ts';
import type { ExecutionHead, LoadedExecution } from './loaded-execution.ts';
import { decodeJson } from './segment-codec.ts';

/** How far the clocks of two machines may be apart. */
const MAIL_MARGIN_MILLISECONDS = 5_000;

/** Executions as they are stored, whole or in part. */
export const makeExecutionReader = (
  connection: StoreConnection,
  readInbox: (id: string) => Promise<readonly InboxItem[]>,
) => {
  const { client, table: TableName, clock } = connection;

  const getRow = (id: string) =>
    send(() => client.send(new GetItemCommand({ TableName, Key: rowKey(id), ConsistentRead: true })));

  const get = async (id: string): Promise<ExecutionRecord | null> => {
    const { Item } = await getRow(id);
    return Item && !isGone(Item, clock.now()) ? decodeRow(Item) : null;
  };

  /**
   * Everything there is of an execution; null when there is nothing. With a schema, the events that a snapshot of that
   * schema stands for are left out. Throws NodeError `payload.missing` or `payload.corrupt`.
   */
  const load = async (id: string, schema?: number): Promise<LoadedExecution | null> => {
    const find = (all: readonly Attributes[]) => all.find((item) => item.sk?.S === keys.snapshot);
    const startOf = (all: readonly Attributes[]): number | null =>
      schema === undefined ? null : snapshotPosition(find(all), schema);
    const items = await readPartition(connection, id, keys.row, keys.lastSegment, (page) => {
      const start = startOf(page);
      return start === null || start === 0 ? null : keys.segment(start - 1);
    });
    const row = items.find((item) => item.sk?.S === keys.row);
    if (!row || isGone(row, clock.now())) return null;
    const columns = decodeRow(row);
    const payloads = inClass(connection.payloads, columns.lifetime);
    const stored = items.filter((item) => item.sk?.S?.startsWith('j#'));
    const isForgotten = stored[0]?.whole !== undefined;
    const first = row.journal?.M;
    const all = isForgotten ? stored.slice(0, 1) : first ? [first, ...stored] : stored;
    const item = startOf(items) !== null && !isForgotten ? find(items) : undefined;
    const snapshot = item ? await readSnapshot(item, payloads) : null;
    // One that cannot be read is no loss: everything is read then.
    if (item && !snapshot) return load(id);
    const segments = snapshot ? all.filter((segment) => positionOf(segment) >= snapshot.position) : all;
    const decodeEvents = async (segment: Attributes): Promise<readonly JournalEvent[]> =>
      (await decodeJson(segment.events?.M ?? {}, payloads)) as readonly JournalEvent[];
    const mail = items.filter((item) => item.sk?.S?.startsWith('in#'));
    const [trigger, inbox, ...events] = await Promise.all([
      snapshot ? [] : decodeTriggerItems(row, payloads),
      decodeInbox(mail, connection.payloads),
      ...segments.map(decodeEvents),
    ]);
    const newest = all.at(-1);
    return {
      record: { ...columns, items: trigger },
      snapshot,
      isOpen: Boolean(row.gsi6pk?.S?.startsWith(keys.openPrefix)),
      events: events.flat().map((event) => withTrigger(event, trigger)),
      position: newest ? endOf(newest) : 0,
      lease: leaseOf(newest),
      inbox,
      unaccepted: null,
    };
  };

  const head = async (id: string): Promise<ExecutionHead | null> => {
    const { Item: row } = await getRow(id);
    if (!row || isGone(row, clock.now())) return null;
    const newest = (await newestSegment(connection, id)) ?? row.journal?.M;
    const parkedAt = newest?.parkedAt?.N;
    const inbox = parkedAt === undefined ? [] : await readInbox(id);
    return {
      record: decodeRow(row),
      position: newest ? endOf(newest) : 0,
      lease: leaseOf(newest),
      isParked: parkedAt !== undefined,
      wakeAt: newest?.wakeAt?.N === undefined ? null : Number(newest.wakeAt.N),
      hasMail: inbox.some(({ at }) => at >= Number(parkedAt) - MAIL_MARGIN_MILLISECONDS),
    };
  };

  return { getRow, get, load, head };
};

const positionOf = (segment: Attributes): number => Number(segment.sk?.S?.slice(2) ?? 0);

/** The sequence number behind a segment. */
const endOf = (segment: Attributes): number => positionOf(segment) + Number(segment.count?.N ?? 0);

const leaseOf = (segment: Attributes | undefined): LoadedExecution['lease'] => {
  const until = Number(segment?.leaseUntil?.N ?? 0);
  if (!segment || until === 0) return null;
  return { writerId: segment.writerId?.S ?? '', until, generation: segment.generation?.S ?? null };
};

const withTrigger = (event: JournalEvent, trigger: readonly Item[]): JournalEvent =>
  event.type === 'executionStarted' && event.items === undefined ? { ...event, items: trigger } : event;
