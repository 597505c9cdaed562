import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { endIn } from '../../engine/interpreter/end-in.ts';
import type { ExecutionFinished, JournalEvent } from '../../engine/interpreter/event.ts';
import type { Item } from '../../engine/item.ts';
import type { JournalPort, SegmentEnd } from '../../engine/ports.ts';
import { AppError } from '../errors.ts';
import type { StoreConnection } from './connection.ts';
import type { makeAcceptance } from './execution-acceptance.ts';
import { endColumnsOf, type makeExecutionChanges } from './execution-changes.ts';
import type { makeInbox } from './execution-inbox.ts';
import { type Attributes, absent, readPartition } from './execution-items.ts';
import { keys, payloadPrefix } from './execution-keys.ts';
import { putSnapshot } from './execution-snapshots.ts';
import { isConditionFailure, send } from './failures.ts';
import { classesOf, expiryOf, MAX_LIFE_SECONDS } from './lifetime.ts';
import type { LoadedExecution } from './loaded-execution.ts';
import { encodeJson } from './segment-codec.ts';

/** Who writes a journal, and until when nobody else may. */
export interface JournalWriter {
  readonly writerId: string;
  /** Milliseconds since 1970. */
  readonly leaseUntil: number;
  /** The instance that holds the lease, where one machine knows that all others are gone; null on AWS. */
  readonly generation: string | null;
}

interface ExecutionJournal extends JournalPort {
  /** Sequence number of the next event. */
  position(): number;
  /** The end is in the row: nothing is left to do. */
  isClosed(): boolean;
}

/** With a longer first segment every later change of the row would cost more than the put that was saved. */
const FIRST_IN_ROW_BYTES = 1_024;

type Rows = Pick<ReturnType<typeof makeAcceptance>, 'putRow'> &
  Pick<ReturnType<typeof makeExecutionChanges>, 'keptUntil' | 'changeColumns' | 'prolong'> &
  ReturnType<typeof makeInbox>;

/** The journals of executions: on the path of every one of them, so by hand and without transactions where these cost more. */
export const makeJournals = (connection: StoreConnection, rows: Rows) => {
  const { client, table: TableName, clock } = connection;
  const { putRow, keptUntil, changeColumns, prolong, readInbox, putInbox } = rows;
  const classes = classesOf(connection);

  /**
   * The journal behind what was loaded. One flush is in flight at a time. The first append of an execution that is not
   * accepted accepts it, by a put of the row that holds the append as well if it is short; if it is the last one, one put holds
   * everything, and closes the row if `mayClose` says that the end has no consequences.
   */
  return (
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

    const putSegment = async (segment: Attributes): Promise<boolean> => {
      const sk = keys.segment(position);
      const expiresAt = { N: String(expiryOf(connection, lifetime, startedAt)) };
      const Item = { pk: { S: keys.partition(id) }, sk: { S: sk }, expiresAt, ...segment };
      try {
        await send(() => client.send(new PutItemCommand({ TableName, Item, ...absent })));
        return true;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        // A put that was sent twice finds its own first copy.
        const [found] = await readPartition(connection, id, sk, sk);
        return found?.flushId?.S === segment.flushId?.S;
      }
    };

    const appendSegment = async (events: readonly JournalEvent[], end: SegmentEnd): Promise<boolean> => {
      if (mustProlong(end)) {
        await prolong(record);
        lifetime = 'long';
      }
      const segment = await encodeSegment(events, end);
      if (!(await putSegment(segment))) return false;
      position += events.length;
      if (end.kind === 'final') return true;
      const nextWait = end.kind === 'parked' ? end.wait : null;
      if (status === 'pending' || nextWait !== null || wait !== null) await showWait(nextWait);
      return true;
    };

    const showWait = async (nextWait: typeof wait): Promise<void> => {
      await changeColumns(id, { status: 'running', wait: nextWait });
      status = 'running';
      wait = nextWait;
    };

    const append = async (events: readonly JournalEvent[], end: SegmentEnd): Promise<boolean> => {
      if (unaccepted === null) return appendSegment(events, end);
      const { expiresAt } = unaccepted;
      const final = end.kind === 'final' ? endIn(events) : null;
      const segment = await encodeSegment(events, end);
      status = 'running';
      if (!final && (mustProlong(end) || sizeOf(segment) > FIRST_IN_ROW_BYTES)) {
        if (!(await putRow({ ...record, status }, { expiresAt }))) return false;
        unaccepted = null;
        return appendSegment(events, end);
      }
      isClosed = final !== null && mayClose(final);
      wait = end.kind === 'parked' ? end.wait : null;
      const row = { ...record, status, wait, ...(isClosed && final ? endColumnsOf(final) : null) };
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
      stayParked: async (nextWait) => {
        if (wait === null) await showWait(nextWait);
      },
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
};

/** Whether a short one would have expired before it is woken. */
const outlives = (wakeAt: number | null, startedAt: number): boolean =>
  wakeAt === null || wakeAt > startedAt + MAX_LIFE_SECONDS.short * 1_000;

const parkedColumns = (wakeAt: number | null, now: number): Attributes => ({
  parkedAt: { N: String(now) },
  ...(wakeAt === null ? null : { wakeAt: { N: String(wakeAt) } }),
});

const sizeOf = ({ events }: Attributes): number =>
  events?.M?.z?.B?.length ?? Buffer.byteLength(events?.M?.t?.S ?? '');

/** What the trigger brought lies in the row: the event that repeats it goes without. */
const withoutTrigger = (events: readonly JournalEvent[], trigger: readonly Item[]): readonly object[] =>
  events.map((event) => {
    if (event.type !== 'executionStarted' || event.items !== trigger) return event;
    const { items: _items, ...rest } = event;
    return rest;
  });
