import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { JournalEvent } from '../../engine/interpreter/event.ts';
import type { StoreConnection } from './connection.ts';
import { type Attributes, isGone, queryItems, rowKey } from './execution-items.ts';
import { keys } from './execution-keys.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { decodeRow, decodeTriggerItems } from './execution-row.ts';
import { send } from './failures.ts';
import { inClass } from './lifetime.ts';
import { decodeJson } from './segment-codec.ts';

/** A piece of a journal; `sequence` is the number of its first event. */
export interface Segment {
  readonly sequence: number;
  readonly events: readonly JournalEvent[];
}

/** A journal to be read in pieces, as of now. */
export interface LogSource {
  readonly record: ExecutionRecord;
  /** At most so many segments, from one that begins at `sequence` or later. */
  from(sequence: number, limit: number): Promise<readonly Segment[]>;
  /** The segments that lie directly before `sequence`, the nearest first. */
  before(sequence: number, limit: number): Promise<readonly Segment[]>;
}

export const openLogSource = async (connection: StoreConnection, id: string): Promise<LogSource | null> => {
  const { client, table: TableName, clock } = connection;
  const { Item: row } = await send(() =>
    client.send(new GetItemCommand({ TableName, Key: rowKey(id), ConsistentRead: true })),
  );
  if (!row || isGone(row, clock.now())) return null;
  const record = decodeRow(row);
  const payloads = inClass(connection.payloads, record.lifetime);
  const decode = async (item: Attributes): Promise<Segment> => {
    const events = (await decodeJson(item.events?.M ?? {}, payloads)) as readonly JournalEvent[];
    const [first] = events;
    const isShort = first?.type === 'executionStarted' && first.items === undefined;
    return {
      sequence: Number(item.sk?.S?.slice(2) ?? 0),
      events: isShort
        ? [{ ...first, items: await decodeTriggerItems(row, payloads) }, ...events.slice(1)]
        : events,
    };
  };
  const query = async (from: string, to: string, limit: number, isForward: boolean) => {
    const { Items } = await queryItems(connection, id, { from, to, limit, isForward });
    return Promise.all((Items ?? []).map(decode));
  };
  const from: LogSource['from'] = (sequence, limit) =>
    query(keys.segment(sequence), keys.lastSegment, limit, true);
  const before: LogSource['before'] = async (sequence, limit) =>
    sequence === 0 ? [] : query(keys.segment(0), keys.segment(sequence - 1), limit, false);
  const inRow = row.journal?.M;
  if (!inRow) return { record, from, before };
  const first = await decode(inRow);
  const isAll = first.events.at(-1)?.type === 'executionFinished';
  const rest = isAll ? { from: nothing, before: nothing } : { from, before };
  return {
    record,
    from: async (sequence, limit) => {
      if (sequence > 0) return rest.from(sequence, limit);
      return [first, ...(limit > 1 ? await rest.from(1, limit - 1) : [])];
    },
    before: async (sequence, limit) => {
      if (sequence === 0) return [];
      const found = await rest.before(sequence, limit);
      return found.length < limit ? [...found, first] : found;
    },
  };
};

const nothing = async (): Promise<readonly Segment[]> => [];
