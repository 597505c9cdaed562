import { randomUUID } from 'node:crypto';
import {
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ExecutionFinished, JournalEvent } from '../../engine/interpreter/event.ts';
import type { Item } from '../../engine/item.ts';
import type { InboxItem, JournalPort, SegmentEnd, WaitInfo } from '../../engine/ports.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { makeOwnDefinitions } from './execution-definition.ts';
import { forgetExecution } from './execution-forgetting.ts';
import { type Attributes, isGone, newestSegment, readPartition, rowKey } from './execution-items.ts';
import { makeExecutionLists } from './execution-lists.ts';
import { openLogSource } from './execution-log-source.ts';
import type { ExecutionRecord, NewExecution } from './execution-record.ts';
import { removeExecution } from './execution-removal.ts';
import { decodeRow, decodeTriggerItems, encodeRow, keys, payloadPrefix } from './execution-row.ts';
import { seedExecution } from './execution-seed.ts';
import { putSnapshot, readSnapshot, type StoredSnapshot, snapshotPosition } from './execution-snapshots.ts';
import { cancellation, isConditionFailure, send } from './failures.ts';
import { copyToClass, expiryOf, inClass, type Lifetime, MAX_LIFE_SECONDS } from './lifetime.ts';
import { decodeJson, encodeJson } from './segment-codec.ts';

export type { ExecutionRecord, NewExecution } from './execution-record.ts';

/** Who writes a journal, and until when nobody else may. */
export interface JournalWriter {
  readonly writerId: string;
  /** Milliseconds since 1970. */
  readonly leaseUntil: number;
  /** The instance that holds the lease, where one machine knows that all others are gone; null on AWS. */
  readonly generation: string | null;
}

/** What the sweep decides by: the row and the newest segment, without its events. */
export interface ExecutionHead {
  readonly record: ExecutionRecord;
  readonly position: number;
  readonly lease: LoadedExecution['lease'];
  readonly isParked: boolean;
  /** When a parked one is due; null: when something comes. */
  readonly wakeAt: number | null;
  /** Something came since it was parked. */
  readonly hasMail: boolean;
}

export interface LoadedExecution {
  readonly record: ExecutionRecord;
  readonly events: readonly JournalEvent[];
  /** Sequence number of the next event. */
  readonly position: number;
  /** Of the newest segment; null before the first and after a slice that let go. */
  readonly lease: {
    readonly writerId: string;
    readonly until: number;
    readonly generation: string | null;
  } | null;
  readonly inbox: readonly InboxItem[];
  /** What the events go on from; null when they are all there are. */
  readonly snapshot: StoredSnapshot | null;
  /** False when all that its end brings about is done. */
  readonly isOpen: boolean;
  /** Null once its row is stored; until then, when the row is to expire (seconds since 1970). */
  readonly unaccepted: { readonly expiresAt: number } | null;
}

interface ExecutionJournal extends JournalPort {
  /** Sequence number of the next event. */
  position(): number;
  /** The end is in the row: nothing is left to do. */
  isClosed(): boolean;
}

const DAY_SECONDS = 86_400;
/** What the sweep has to remove payloads in. */
const GRACE_SECONDS = 7 * DAY_SECONDS;
/** How far the clocks of two machines may be apart. */
const MAIL_MARGIN_MILLISECONDS = 5_000;

/** Executions and their journals. On the path of every execution, so by hand and without transactions. */
export const makeExecutionStore = (connection: StoreConnection) => {
  const { client, table: TableName, clock, retentionDays } = connection;
  const classes: Readonly<Record<Lifetime, StoreConnection>> = {
    short: { ...connection, payloads: inClass(connection.payloads, 'short') },
    long: { ...connection, payloads: inClass(connection.payloads, 'long') },
  };
  /**
   * Until when an ended one is kept, in seconds since 1970. The payloads of long ones are removed one by one, as their
   * class is only dropped much later: the row that leads to them stays a little longer.
   */
  const keptUntil = (
    finishedAt: number,
    lifetime: Lifetime,
  ): { readonly expiresAt: number; readonly goneAt?: number } => {
    const end = Math.ceil(finishedAt / 1000) + retentionDays * DAY_SECONDS;
    return lifetime === 'short' ? { expiresAt: end } : { goneAt: end, expiresAt: end + GRACE_SECONDS };
  };

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
    const { payloads } = classes[columns.lifetime];
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
    const [trigger, ...events] = await Promise.all([
      snapshot ? [] : decodeTriggerItems(row, payloads),
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
      inbox: items.filter((item) => item.sk?.S?.startsWith('in#')).map(decodeInbox),
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

  const readInbox = async (id: string): Promise<readonly InboxItem[]> =>
    (await readPartition(connection, id, 'in#', 'in$')).map(decodeInbox);

  /** The first of its kind and wait id is kept; a second is a conflict. */
  const putInbox = async (id: string, item: InboxItem): Promise<void> => {
    const Item: Attributes = {
      pk: { S: keys.partition(id) },
      sk: { S: keys.inbox(item.kind, item.waitId) },
      item: { S: JSON.stringify(item) },
      expiresAt: { N: String(Math.ceil(clock.now() / 1000) + (365 + retentionDays) * DAY_SECONDS) },
    };
    try {
      await send(() => client.send(new PutItemCommand({ TableName, Item, ...absent })));
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      throw new AppError('resource.conflict', 'This was answered before; the first answer stands.', {
        cause: error,
      });
    }
  };

  /** Changes attributes of the row, and removes some. */
  const rowUpdate = (
    id: string,
    changes: Readonly<Record<string, unknown>>,
    removed: readonly string[] = [],
  ) => {
    const entries = Object.entries(changes);
    const sets = entries.map((_, index) => `#c${index} = :c${index}`).join(', ');
    const removals = removed.map((_, index) => `#r${index}`).join(', ');
    const values = marshall(Object.fromEntries(entries.map(([, value], index) => [`:c${index}`, value])), {
      removeUndefinedValues: true,
    });
    return {
      TableName,
      Key: rowKey(id),
      UpdateExpression: `SET ${sets}${removals && ` REMOVE ${removals}`}`,
      ConditionExpression: 'attribute_exists(#pk)',
      ExpressionAttributeNames: {
        '#pk': 'pk',
        ...Object.fromEntries(entries.map(([name], index) => [`#c${index}`, name])),
        ...Object.fromEntries(removed.map((name, index) => [`#r${index}`, name])),
      },
      ExpressionAttributeValues: values,
    };
  };
  const updateRow = async (update: ReturnType<typeof rowUpdate>): Promise<void> => {
    try {
      await send(() => client.send(new UpdateItemCommand(update)));
    } catch (error) {
      // Deleted meanwhile: there is nothing left to say about it.
      if (!isConditionFailure(error)) throw error;
    }
  };
  const changeColumns = (id: string, columns: Partial<ExecutionRecord>): Promise<void> =>
    updateRow(rowUpdate(id, columns));

  /** What the final event says, for the row. It stays open where something is still to be done. */
  const settlement = (
    { id, ownerId, lifetime }: Pick<ExecutionRecord, 'id' | 'ownerId' | 'lifetime'>,
    final: ExecutionFinished,
    { staysOpen = false } = {},
  ) => {
    const columns = { ...columnsOf(final), ...keptUntil(final.at, lifetime) };
    if (staysOpen) return rowUpdate(id, columns);
    if (final.status === 'failed') return rowUpdate(id, { ...columns, gsi6pk: keys.failed(ownerId) });
    return rowUpdate(id, columns, ['gsi6pk', 'gsi6sk']);
  };

  /** One that parks for longer than a short one may live is made a long one, with all there is of it, before it parks. */
  const prolong = async ({ id, startedAt }: ExecutionRecord): Promise<void> => {
    const expiresAt = expiryOf(connection, 'long', Date.parse(startedAt));
    await copyToClass(connection.payloads, payloadPrefix(id), 'short', 'long');
    for (const { pk, sk } of await readPartition(connection, id, keys.definition, keys.lastSegment)) {
      await send(() =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: { pk, sk } as Attributes,
            UpdateExpression: 'SET #expiresAt = :expiresAt',
            ExpressionAttributeNames: { '#expiresAt': 'expiresAt' },
            ExpressionAttributeValues: { ':expiresAt': { N: String(expiresAt) } },
          }),
        ),
      );
    }
    await updateRow(rowUpdate(id, { lifetime: 'long', expiresAt }));
  };

  /**
   * The journal behind what was loaded. One flush is in flight at a time. The first append of an execution that is not
   * accepted accepts it, by a put of the row that holds the append as well if it is short; if it is the last one, one put holds
   * everything, and closes the row if `mayClose` says that the end has no consequences.
   */
  const journal = (
    loaded: LoadedExecution,
    writer: JournalWriter,
    mayClose: (final: ExecutionFinished) => boolean = () => false,
  ): ExecutionJournal => {
    const { record } = loaded;
    const { id } = record;
    let { position, unaccepted } = loaded;
    let { status, wait, lifetime } = record;
    let isClosed = false;
    const startedAt = Date.parse(record.startedAt);

    const mustProlong = (end: SegmentEnd): boolean =>
      end.kind === 'parked' && lifetime === 'short' && outlives(end.wakeAt, startedAt);

    const encodeSegment = async (events: readonly JournalEvent[], end: SegmentEnd): Promise<Attributes> => {
      const flushId = randomUUID();
      const key = `${payloadPrefix(id)}${position}-${flushId}`;
      return {
        count: { N: String(events.length) },
        writerId: { S: writer.writerId },
        flushId: { S: flushId },
        leaseUntil: { N: String(end.kind === 'open' ? writer.leaseUntil : 0) },
        ...(end.kind === 'parked' ? parkedColumns(end.wakeAt, clock.now()) : null),
        ...(writer.generation === null ? null : { generation: { S: writer.generation } }),
        events: { M: await encodeJson(withoutTrigger(events, record.items), { ...classes[lifetime], key }) },
      };
    };

    const segmentPut = (segment: Attributes): PutItemCommandInput => {
      const expiresAt = { N: String(expiryOf(connection, lifetime, startedAt)) };
      const sk = { S: keys.segment(position) };
      return { TableName, Item: { pk: { S: keys.partition(id) }, sk, expiresAt, ...segment }, ...absent };
    };

    const putSegment = async (segment: Attributes): Promise<boolean> => {
      try {
        await send(() => client.send(new PutItemCommand(segmentPut(segment))));
        return true;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        // A put that was sent twice finds its own first copy.
        const sk = keys.segment(position);
        const [found] = await readPartition(connection, id, sk, sk);
        return found?.flushId?.S === segment.flushId?.S;
      }
    };

    /** Both or nothing. False when it could not be done so, for whatever reason: each is then tried by itself. */
    const putLastAndClose = async (segment: Attributes, final: ExecutionFinished): Promise<boolean> => {
      const Update = settlement(record, final);
      const writes = { TransactItems: [{ Put: segmentPut(segment) }, { Update }] };
      try {
        await send(() => client.send(new TransactWriteItemsCommand(writes)));
        return true;
      } catch (error) {
        if (cancellation(error)) return false;
        throw error;
      }
    };

    const appendSegment = async (events: readonly JournalEvent[], end: SegmentEnd): Promise<boolean> => {
      if (mustProlong(end)) {
        await prolong(record);
        lifetime = 'long';
      }
      const segment = await encodeSegment(events, end);
      const closing = connection.areTransactionsCheap ? finalOf(events, end) : null;
      isClosed = closing !== null && mayClose(closing) && (await putLastAndClose(segment, closing));
      if (!isClosed && !(await putSegment(segment))) return false;
      position += events.length;
      if (end.kind === 'final') return true;
      const nextWait = end.kind === 'parked' ? end.wait : null;
      if (status === 'pending' || nextWait !== null || wait !== null) {
        await changeColumns(id, { status: 'running', wait: nextWait });
        status = 'running';
        wait = nextWait;
      }
      return true;
    };

    const append = async (events: readonly JournalEvent[], end: SegmentEnd): Promise<boolean> => {
      if (unaccepted === null) return appendSegment(events, end);
      const { expiresAt } = unaccepted;
      const final = finalOf(events, end);
      const segment = await encodeSegment(events, end);
      status = 'running';
      if (!final && (mustProlong(end) || sizeOf(segment) > FIRST_IN_ROW_BYTES)) {
        if (!(await putRow({ ...record, status }, { expiresAt }))) return false;
        unaccepted = null;
        return appendSegment(events, end);
      }
      isClosed = final !== null && mayClose(final);
      wait = end.kind === 'parked' ? end.wait : null;
      const row = { ...record, status, wait, ...(isClosed && final ? columnsOf(final) : null) };
      const until = isClosed && final ? keptUntil(final.at, lifetime) : { expiresAt };
      if (!(await putRow(row, until, segment))) return false;
      unaccepted = null;
      position += events.length;
      return true;
    };

    return {
      append,
      readInbox: async () => (unaccepted === null ? readInbox(id) : []),
      saveSnapshot: (snapshot) => putSnapshot(connection, { ...record, lifetime }, position, snapshot),
      expire: async (waitId) => {
        try {
          await putInbox(id, { kind: 'callback', waitId, at: clock.now(), expired: true });
          return true;
        } catch (error) {
          if (error instanceof AppError && error.code === 'resource.conflict') return false;
          throw error;
        }
      },
      // No getters, as this is made for every execution: see the engine's JournalWriter.
      position: () => position,
      isClosed: () => isClosed,
    };
  };

  return {
    prepare,
    accept,
    get,
    head,
    load,
    journal,
    /** Writes what the final event says into the row. */
    settle: (...given: Parameters<typeof settlement>): Promise<void> => updateRow(settlement(...given)),
    openLog: (id: string) => openLogSource(connection, id),
    ...makeOwnDefinitions(connection),
    seed: (record: Pick<ExecutionRecord, 'id' | 'lifetime'>, events: readonly JournalEvent[]) =>
      seedExecution(connection, record, events),
    /** Leaves only what `events` say, which hold no data. */
    forget: (record: ExecutionRecord, events: readonly JournalEvent[]) =>
      forgetExecution(connection, record, events),
    putInbox,
    readInbox,
    /** Says what one waits for that has not begun. */
    noteWait: (id: string, wait: WaitInfo) => changeColumns(id, { wait }),
    /** Notes that it was taken up again without having got further. */
    noteRecovery: (id: string, at: Pick<ExecutionRecord, 'recoveries' | 'recoveredAt'>) =>
      changeColumns(id, at),
    ...makeExecutionLists(connection),
    remove: (id: string) => removeExecution(connection, id),
  };
};

/** With a longer first segment every later change of the row would cost more than the put that was saved. */
const FIRST_IN_ROW_BYTES = 1_024;

const absent = {
  ConditionExpression: 'attribute_not_exists(#pk)',
  ExpressionAttributeNames: { '#pk': 'pk' },
};

const positionOf = (segment: Attributes): number => Number(segment.sk?.S?.slice(2) ?? 0);

/** Whether a short one would have expired before it is woken. */
const outlives = (wakeAt: number | null, startedAt: number): boolean =>
  wakeAt === null || wakeAt > startedAt + MAX_LIFE_SECONDS.short * 1_000;

/** The sequence number behind a segment. */
const endOf = (segment: Attributes): number => positionOf(segment) + Number(segment.count?.N ?? 0);

const leaseOf = (segment: Attributes | undefined): LoadedExecution['lease'] => {
  const until = Number(segment?.leaseUntil?.N ?? 0);
  if (!segment || until === 0) return null;
  return { writerId: segment.writerId?.S ?? '', until, generation: segment.generation?.S ?? null };
};

const parkedColumns = (wakeAt: number | null, now: number): Attributes => ({
  parkedAt: { N: String(now) },
  ...(wakeAt === null ? null : { wakeAt: { N: String(wakeAt) } }),
});

const decodeInbox = (item: Attributes): InboxItem => JSON.parse(item.item?.S ?? 'null') as InboxItem;

/** The event that ends the execution, if this is the end. */
const finalOf = (events: readonly JournalEvent[], end: SegmentEnd): ExecutionFinished | null =>
  (end.kind === 'final' && events.findLast((event) => event.type === 'executionFinished')) || null;

const sizeOf = ({ events }: Attributes): number =>
  events?.M?.z?.B?.length ?? Buffer.byteLength(events?.M?.t?.S ?? '');

/** What the final event says, as columns of the row. */
const columnsOf = (final: ExecutionFinished) => ({
  status: final.status,
  finishedAt: new Date(final.at).toISOString(),
  errorMessage: final.error?.message ?? null,
  errorCode: final.error?.code ?? null,
  errorNodeId: final.error?.nodeId ?? null,
  wait: null,
});

/** What the trigger brought lies in the row: the event that repeats it goes without. */
const withoutTrigger = (events: readonly JournalEvent[], trigger: readonly Item[]): readonly object[] =>
  events.map((event) => {
    if (event.type !== 'executionStarted' || event.items !== trigger) return event;
    const { items: _items, ...rest } = event;
    return rest;
  });

const withTrigger = (event: JournalEvent, trigger: readonly Item[]): JournalEvent =>
  event.type === 'executionStarted' && event.items === undefined ? { ...event, items: trigger } : event;
