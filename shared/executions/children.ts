import { NodeError } from '../../engine/errors.ts';
import type { ChildResult, ExecutionFinished, ExecutionStarted } from '../../engine/interpreter/event.ts';
import type { Item } from '../../engine/item.ts';
import type { ChildPort, Clock, InboxItem, PayloadPort } from '../../engine/ports.ts';
import { AppError } from '../errors.ts';
import type { BodyRecord, ExecutionRecord } from '../store/execution-record.ts';
import { portInClass } from '../store/lifetime.ts';
import type { Stores } from '../store/stores.ts';
import { keepBase } from './body-base.ts';
import { callee, childId, newChild } from './child-execution.ts';
import { copyFiles } from './copy-files.ts';
import { earlierChild } from './earlier-child.ts';

interface ChildrenWorld {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly payloads: PayloadPort;
  readonly poke: (executionId: string) => Promise<void>;
}

/** The executions that one starts, waits for and ends. They belong to the same owner. */
export const childrenOf = (world: ChildrenWorld, parent: ExecutionRecord): ChildPort => {
  const { stores } = world;
  const own = portInClass(world.payloads, parent.lifetime);
  const { executions } = stores;
  const bases = new Map<string, Promise<BodyRecord['base']>>();
  return {
    start: async (child) => {
      const earlier = await earlierChild(stores, parent, child);
      if (earlier !== null) {
        // It ended long ago, and tells nobody any more.
        await putOnce(executions, parent.id, { kind: 'child', waitId: earlier, at: world.clock.now() });
        return earlier;
      }
      const found = await callee(stores, parent, child);
      const id = childId(parent.id, child);
      const { waitId } = child;
      const keep = () => keepBase(own, `${parent.id}/body-${waitId}`, child.base());
      if (child.call.kind === 'body' && !bases.has(waitId)) bases.set(waitId, keep());
      const base = (await bases.get(waitId)) ?? null;
      const theirs = portInClass(world.payloads, found.lifetime);
      const items = await copyItems({ from: own, to: theirs }, child.items, { from: parent.id, to: id });
      const { record } = await executions.accept(newChild(parent, { ...child, items }, found, base));
      if (record.finishedAt === null) await world.poke(record.id);
      return record.id;
    },
    result: async (executionId) => {
      try {
        const loaded = await executions.load(executionId);
        if (!loaded) return gone(executionId);
        const end = loaded.events.findLast((event) => event.type === 'executionFinished');
        if (!end) return null;
        const theirs = portInClass(world.payloads, loaded.record.lifetime);
        return await resultOf({ from: theirs, to: own }, { from: executionId, to: parent.id }, end);
      } catch (thrown) {
        // What the child has left cannot be read any more.
        if (thrown instanceof NodeError) return { status: 'failed', error: thrown.toData() };
        throw thrown;
      }
    },
    cancel: async (executionId) => {
      const at = world.clock.now();
      await putOnce(executions, executionId, { kind: 'cancel', waitId: 'cancel', at, by: parent.id });
      await world.poke(executionId);
    },
  };
};

const putOnce = async (executions: Stores['executions'], id: string, item: InboxItem): Promise<void> => {
  try {
    await executions.putInbox(id, item);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'resource.conflict')) throw error;
  }
};

interface Places {
  readonly from: PayloadPort;
  readonly to: PayloadPort;
}
type Passage = { readonly from: string; readonly to: string };

const resultOf = async (
  payloads: Places,
  passage: Passage,
  { status, output = [], pairing, error }: ExecutionFinished,
): Promise<ChildResult> => {
  if (status !== 'completed') return { status, error: error ?? endedWithout(status, passage.from) };
  const items = await copyItems(payloads, output, passage);
  return { status, items, ...(pairing === undefined ? {} : { pairing }) };
};

/** A file belongs to one execution: what goes to another is copied. */
const copyItems = async (
  payloads: Places,
  items: readonly Item[],
  passage: Passage,
): Promise<readonly Item[]> => {
  if (!items.some((item) => item.binary)) return items;
  const event: ExecutionStarted = { type: 'executionStarted', at: 0, engine: '', triggerNodeId: '', items };
  const [copied] = await copyFiles(payloads, [event], passage);
  return copied?.items ?? items;
};

const gone = (executionId: string): ChildResult => ({
  status: 'failed',
  error: {
    code: 'execution.deleted',
    message: `Execution ${executionId} was deleted before its result was taken.`,
    retryable: false,
  },
});

const endedWithout = (status: string, executionId: string) => ({
  code: `execution.${status}`,
  message: `Execution ${executionId} was ${status}.`,
  retryable: false,
});
