import { endIn } from '../../engine/interpreter/end-in.ts';
import type { ChildResult, JournalEvent } from '../../engine/interpreter/event.ts';
import type {
  ChildHost,
  ChildPort,
  ChildStart,
  Clock,
  PayloadPort,
  StartedChild,
} from '../../engine/ports.ts';
import type { BodyRecord, ExecutionRecord } from '../store/execution-record.ts';
import type { LoadedExecution } from '../store/executions.ts';
import { portInClass } from '../store/lifetime.ts';
import type { Stores } from '../store/stores.ts';
import { keepBase } from './body-base.ts';
import { callee, childId, newChild } from './child-execution.ts';
import { copyItems, resultOf, toResult } from './child-result.ts';
import type { Poke } from './duty.ts';
import { earlierChild } from './earlier-child.ts';
import type { InlineChildren } from './inline-child.ts';
import type { IdentifiedExecution } from './orchestrator.ts';

export interface ChildrenWorld {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly payloads: PayloadPort;
  readonly poke: Poke;
}

/**
 * Starts the children of an execution for one slice of it. A short one that is waited for runs in that slice; the others
 * have slices of their own, as has every one where `inline` is null.
 */
export const childStarter = (
  world: ChildrenWorld,
  parent: ExecutionRecord,
  inline: InlineChildren | null,
): ChildPort['start'] => {
  const { executions } = world.stores;
  const own = portInClass(world.payloads, parent.lifetime);
  const bases = new Map<string, Promise<BodyRecord['base']>>();
  const callees = new Map<string, ReturnType<typeof callee>>();
  /** Versions that have not come to their end in this slice. */
  const long = new Set<string>();

  /** The same for all children of a wait, so that it is read once. */
  const calleeOf = (child: ChildStart): ReturnType<typeof callee> => {
    const key = `${child.waitId} ${child.attempt} ${JSON.stringify({ ...child.call, items: [], given: [] })}`;
    const found = callees.get(key) ?? callee(world.stores, parent, child);
    callees.set(key, found);
    return found;
  };

  const baseOf = ({ call, waitId, base }: ChildStart): Promise<BodyRecord['base']> | null => {
    if (call.kind !== 'body') return null;
    const kept = bases.get(waitId) ?? keepBase(own, `${parent.id}/body-${waitId}`, base());
    bases.set(waitId, kept);
    return kept;
  };

  const mayRunHere = ({ call }: ChildStart, versionId: string): boolean =>
    call.kind === 'workflow' && call.isAwaited && !long.has(versionId) && (inline?.hasRoom() ?? false);

  const start: ChildPort['start'] = async (child, host) => {
    const earlier = await earlierChild(world.stores, parent, child);
    // It ended long ago, and tells nobody any more.
    if (earlier !== null) {
      return { executionId: earlier, result: await resultOf(world, parent, earlier), since: null };
    }
    const found = await calleeOf(child);
    const runsHere = mayRunHere(child, found.workflowVersionId);
    if (!runsHere && !(await host.settle())) return null;
    const id = childId(parent.id, child);
    const places = { from: own, to: portInClass(world.payloads, found.lifetime) };
    const items = await copyItems(places, child.items, { from: parent.id, to: id });
    const execution = { ...newChild(parent, { ...child, items }, found, await baseOf(child)), id };
    return runsHere && inline
      ? runHere(inline, execution, host, () => start(child, host))
      : goOn(execution, host);
  };

  const runHere = async (
    { run }: InlineChildren,
    execution: IdentifiedExecution,
    host: ChildHost,
    again: () => Promise<StartedChild | null>,
  ): Promise<StartedChild | null> => {
    const { id, workflowVersionId } = execution;
    const since = world.clock.now();
    const { outcome, final, writer } = await run({ ...execution, isInline: true }, host);
    if (outcome === 'done') {
      const isAtHand = final !== null && !final.output?.some((item) => item.binary);
      const result = isAtHand ? toResult(final, id) : await resultOf(world, parent, id);
      return { executionId: id, result, since };
    }
    if (outcome === 'lost') {
      const known = await executions.load(id);
      if (known && isLeftOver(known, execution)) {
        await executions.remove(id);
        return again();
      }
    }
    long.add(workflowVersionId);
    return goOn(execution, host, { since, writer });
  };

  /** The child has slices of its own from now on, and tells of its end, unless it has ended. */
  const goOn = async (
    execution: IdentifiedExecution,
    host: ChildHost,
    begun?: { readonly since: number; readonly writer: string },
  ): Promise<StartedChild | null> => {
    const { id } = execution;
    if (!(await host.settle())) return null;
    const since = begun?.since ?? null;
    if (await isOpen(execution, begun !== undefined)) {
      await world.poke(id, begun?.writer);
      return { executionId: id, result: null, since };
    }
    const result: ChildResult | null = await resultOf(world, parent, id);
    return { executionId: id, result, since };
  };

  /** Sees to it that it is stored, and that whoever brings it to its end tells of that. False when it has ended. */
  const isOpen = async (execution: IdentifiedExecution, isBegun: boolean): Promise<boolean> => {
    if (isBegun && (await executions.detach(execution.id))) return true;
    const { record } = await executions.accept(execution);
    if (record.finishedAt !== null) return false;
    return !record.isInline || executions.detach(record.id);
  };

  return start;
};

/**
 * It ran in a slice of the parent that has left no trace, and there what led to it had other items to give. As it did
 * nothing outside, and nobody knows of it, it makes way.
 */
const isLeftOver = ({ record, events }: LoadedExecution, { items }: IdentifiedExecution): boolean =>
  record.isInline === true &&
  endIn(events) !== null &&
  !events.some(hasActed) &&
  JSON.stringify(record.items) !== JSON.stringify(items);

const hasActed = ({ type }: JournalEvent): boolean => type === 'nodeStarted' || type === 'childStarted';
