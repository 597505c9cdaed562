import { foldLog, logRange, type NodeRunLog } from '../../engine/index.ts';
import type { JournalEvent } from '../../engine/interpreter/event.ts';
import { typesFor } from '../catalogue/custom-types.ts';
import { AppError } from '../errors.ts';
import type { Stores } from '../store/stores.ts';
import { definitionOf } from './own-definition.ts';
import { planOf } from './plan-cache.ts';

/** Where in a journal a reader stands: behind so many events of the segment that begins at `sequence`. */
interface Place {
  readonly sequence: number;
  readonly offset: number;
}

export interface LogPage {
  readonly runs: readonly NodeRunLog[];
  /** Behind what was read. */
  readonly place: string;
  /** False when the journal went on. */
  readonly isEnd: boolean;
  readonly hasEnded: boolean;
}

const START: Place = { sequence: 0, offset: 0 };
const SEGMENTS_AT_ONCE = 25;
/** How far back the items that came to a node run are looked for. */
const SEGMENTS_BACK = 200;
const MAX_EVENTS_PER_PAGE = 5_000;

export const writePlace = ({ sequence, offset }: Place): string => `${sequence}.${offset}`;

/** A place needs no signature, as it gives nobody more than their own log. */
export const readPlace = (written: string | undefined, parameter: string): Place => {
  if (written === undefined) return START;
  const [, sequence, offset] = /^(\d{1,12})\.(\d{1,9})$/.exec(written) ?? [];
  if (sequence !== undefined && offset !== undefined)
    return { sequence: Number(sequence), offset: Number(offset) };
  throw new AppError('request.cursor', 'The cursor belongs to another log. Start without one.', {
    errors: [{ in: 'query', pointer: `/${parameter}`, message: 'is not one of this log' }],
  });
};

/**
 * The node runs that ended behind a place, as many as are asked for, in the order of the journal; at its end also those
 * that run, wait or were never reached. A log that fits into one page comes in canonical order. Null for no such execution.
 */
export const readLogPage = async (
  stores: Stores,
  executionId: string,
  {
    place,
    limit,
    nodeId,
  }: { readonly place: Place; readonly limit: number; readonly nodeId?: string | undefined },
): Promise<LogPage | null> => {
  const source = await stores.executions.openLog(executionId);
  if (!source) return null;
  const isWanted = (run: NodeRunLog) => nodeId === undefined || run.nodeId === nodeId;
  const read: JournalEvent[] = [];
  let at = place;
  let ended = 0;
  let isEnd = false;
  page: while (!isEnd && read.length < MAX_EVENTS_PER_PAGE) {
    const segments = await source.from(at.sequence, SEGMENTS_AT_ONCE);
    for (const { sequence, events } of segments) {
      const start = sequence === at.sequence ? at.offset : 0;
      for (const [index, event] of events.entries()) {
        if (index < start) continue;
        const isRow = isEnding(event) && (nodeId === undefined || nodeOf(event) === nodeId);
        if (isRow && ended === limit) break page;
        read.push(event);
        at = { sequence, offset: index + 1 };
        if (isRow) ended += 1;
      }
      at = { sequence: sequence + events.length, offset: 0 };
    }
    isEnd = segments.length < SEGMENTS_AT_ONCE;
  }
  const isWhole = isEnd && place === START;
  const rows = isWhole ? [] : await rangeOf(source, place, read);
  const tail = isEnd ? await foldAll(stores, executionId, isWhole ? null : read) : [];
  return {
    runs: [...rows, ...tail].filter(isWanted),
    place: writePlace(at),
    isEnd,
    hasEnded: source.record.finishedAt !== null,
  };
};

const isEnding = ({ type }: JournalEvent): boolean =>
  type === 'executionStarted' || type === 'nodeSucceeded' || type === 'nodeFailed';

const nodeOf = (event: JournalEvent): string | undefined =>
  'nodeId' in event ? event.nodeId : 'triggerNodeId' in event ? event.triggerNodeId : undefined;

type Source = NonNullable<Awaited<ReturnType<Stores['executions']['openLog']>>>;

/** What ended in a range of the journal, with the items that came to it from before. */
const rangeOf = async (
  source: Source,
  place: Place,
  read: readonly JournalEvent[],
): Promise<readonly NodeRunLog[]> => {
  const missing = new Set<string>();
  const known = new Set<string>();
  for (const event of read) {
    if ('inputs' in event) for (const { run } of event.inputs) if (!known.has(run)) missing.add(run);
    if ('run' in event) known.add(event.run);
  }
  let before: JournalEvent[] = [];
  let from = place.sequence;
  if (place.offset > 0) {
    const [segment] = await source.from(place.sequence, 1);
    if (segment?.sequence === place.sequence) before = [...segment.events.slice(0, place.offset)];
  }
  for (let back = 0; back < SEGMENTS_BACK && from > 0 && missing.size > 0; back += SEGMENTS_AT_ONCE) {
    const segments = await source.before(from, SEGMENTS_AT_ONCE);
    if (segments.length === 0) break;
    before = [...segments.toReversed().flatMap(({ events }) => events), ...before];
    from = segments.at(-1)?.sequence ?? 0;
    for (const event of before)
      if ('run' in event && event.type === 'nodeSucceeded') missing.delete(event.run);
  }
  return logRange([...before, ...read], before.length);
};

/** All there is, or of it what has not ended: what is under way, waits, was cut or never reached. */
const foldAll = async (
  stores: Stores,
  executionId: string,
  listed: readonly JournalEvent[] | null,
): Promise<readonly NodeRunLog[]> => {
  const loaded = await stores.executions.load(executionId);
  if (!loaded) return [];
  const definition = await definitionOf(stores, loaded.record);
  const plan = definition && planOf({ definition, types: await typesFor(stores, definition.nodes) });
  const all = foldLog(plan, loaded.events);
  if (listed === null) return all;
  const over = new Set(
    loaded.events.flatMap((event) =>
      event.type === 'nodeSucceeded' || event.type === 'nodeFailed' ? [`${event.run}\n${event.attempt}`] : [],
    ),
  );
  const [first] = loaded.events;
  const trigger = first?.type === 'executionStarted' ? first.triggerNodeId : null;
  return all.filter((row) => row.run !== trigger && !over.has(`${row.run}\n${row.attempt}`));
};
