import type { Definition } from '../../engine/definition.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import type { Queued, Slot } from '../store/slots.ts';
import type { Duty, TerminalWorld } from './duty.ts';

/** Whoever holds a place for longer than this without being an open execution has lost it. */
const GRACE_MILLISECONDS = 60_000;
/** Times to look again when others take places at the same moment. */
const ATTEMPTS = 5;

type Settings = Pick<Definition['settings'], 'concurrency'>;

/**
 * How many executions of its workflow may run beside this one, itself included; null for no limit. Children run in the place of
 * their parent, and tests are no load.
 */
export const limitOf = (record: ExecutionRecord, settings: Settings | null): number | null =>
  record.parentExecutionId === null && record.mode === 'production' ? (settings?.concurrency ?? null) : null;

/** Takes a place for an execution that is to begin, or puts it into the queue. True: it has one, now or from before. */
export const enter = async (
  world: TerminalWorld,
  record: ExecutionRecord,
  limit: number,
): Promise<boolean> => {
  const { slots, executions } = world.stores;
  const { id, workflowId } = record;
  const queued = { executionId: id, since: record.startedAt };
  if (await tryToTake(world, record, limit)) {
    if (record.wait?.kind === 'slot') await slots.leaveQueue(workflowId, queued);
    return true;
  }
  if (record.wait?.kind === 'slot') return false;
  await slots.enqueue(workflowId, queued);
  await executions.noteWait(id, { kind: 'slot', until: null });
  // A place may have become free before the queue was seen.
  if (!(await tryToTake(world, record, limit))) return false;
  await slots.leaveQueue(workflowId, queued);
  return true;
};

const tryToTake = async (
  world: TerminalWorld,
  { id, workflowId }: ExecutionRecord,
  limit: number,
): Promise<boolean> => {
  const { slots } = world.stores;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const holders = await slots.holders(workflowId);
    if (holders.some(({ holder }) => holder === id)) return true;
    const head = await slots.head(workflowId);
    if (head && head.executionId !== id) return false;
    const taken = new Set(holders.map(({ number }) => number));
    const number = Array.from({ length: limit }, (_, index) => index).find((index) => !taken.has(index));
    if (number === undefined) {
      if (!(await freeLost(world, workflowId, holders))) return false;
    } else if (await slots.take(workflowId, number, id)) return true;
  }
  return false;
};

/** Takes places back from executions that are over or were never stored. True when there was one. */
const freeLost = async (world: TerminalWorld, name: string, holders: readonly Slot[]): Promise<boolean> => {
  let hasFreed = false;
  for (const slot of holders) {
    if (slot.at + GRACE_MILLISECONDS > world.clock.now()) continue;
    const holder = await world.stores.executions.get(slot.holder);
    if (holder && holder.finishedAt === null) continue;
    await pass(world, name, slot);
    hasFreed = true;
  }
  return hasFreed;
};

/** The first in the queue that still needs a place; those before it are taken out. */
const firstOpen = async ({ stores }: TerminalWorld, name: string): Promise<Queued | null> => {
  const { slots, executions } = stores;
  for (let head = await slots.head(name); head; head = await slots.head(name)) {
    const execution = await executions.get(head.executionId);
    if (execution && execution.finishedAt === null) return head;
    await slots.leaveQueue(name, head);
  }
  return null;
};

/** Gives a place to the first in the queue that still needs one, or frees it. */
const pass = async (world: TerminalWorld, name: string, slot: Slot): Promise<void> => {
  const { slots } = world.stores;
  const next = await firstOpen(world, name);
  if (next) {
    if (!(await slots.hand(name, slot, next.executionId))) return;
    await slots.leaveQueue(name, next);
    return world.poke(next.executionId);
  }
  if (!(await slots.free(name, slot))) return;
  // Who came while it was being freed has found it taken.
  const late = await slots.head(name);
  if (late) await world.poke(late.executionId);
};

export const leaveSlot: Duty = {
  isOwed: ({ record, settings }) => limitOf(record, settings) !== null,
  perform: async (world, { record }) => {
    const { id, workflowId, startedAt } = record;
    const { slots } = world.stores;
    if (record.wait?.kind === 'slot')
      await slots.leaveQueue(workflowId, { executionId: id, since: startedAt });
    const mine = (await slots.holders(workflowId)).find(({ holder }) => holder === id);
    if (mine) await pass(world, workflowId, mine);
  },
};

/**
 * What the sweep does for a workflow some of whose executions wait for a place: pokes, frees and ends may have been lost. One of those
 * `waiting` may have got its place and left the queue, and not have begun: nobody but this finds it.
 */
export const moveQueue = async (
  world: TerminalWorld,
  workflowId: string,
  waiting: ReadonlySet<string>,
): Promise<void> => {
  const holders = await world.stores.slots.holders(workflowId);
  for (const { holder } of holders) if (waiting.has(holder)) await world.poke(holder);
  await freeLost(world, workflowId, holders);
  const next = await firstOpen(world, workflowId);
  if (next) await world.poke(next.executionId);
};
