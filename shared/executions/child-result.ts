import { NodeError } from '../../engine/errors.ts';
import { endIn } from '../../engine/interpreter/end-in.ts';
import type { ChildResult, ExecutionFinished, ExecutionStarted } from '../../engine/interpreter/event.ts';
import type { Item } from '../../engine/item.ts';
import type { PayloadPort } from '../../engine/ports.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import { portInClass } from '../store/lifetime.ts';
import type { Stores } from '../store/stores.ts';
import { copyFiles } from './copy-files.ts';

type Ended = Pick<ExecutionFinished, 'status' | 'output' | 'pairing' | 'error'>;
type Record = Pick<ExecutionRecord, 'id' | 'lifetime'>;

/** Where the files of two executions lie. */
export interface Places {
  readonly from: PayloadPort;
  readonly to: PayloadPort;
}
type Passage = { readonly from: string; readonly to: string };

/** What came of a child, from its journal; null while it runs. */
export const resultOf = async (
  world: { readonly stores: Stores; readonly payloads: PayloadPort },
  parent: Record,
  childId: string,
): Promise<ChildResult | null> => {
  try {
    const loaded = await world.stores.executions.load(childId);
    if (!loaded)
      return failed('execution.deleted', `Execution ${childId} was deleted before its result was taken.`);
    const end = endIn(loaded.events);
    if (!end) return null;
    const { isDataKept, lifetime } = loaded.record;
    if (end.status === 'completed' && !isDataKept) {
      const message = `Execution ${childId} does not save its data, which was deleted before its result was taken.`;
      return failed('execution.deleted', message);
    }
    const from = portInClass(world.payloads, lifetime);
    const to = portInClass(world.payloads, parent.lifetime);
    const output = await copyItems({ from, to }, end.output ?? [], { from: childId, to: parent.id });
    return toResult({ ...end, output }, childId);
  } catch (thrown) {
    // What the child has left cannot be read any more.
    if (thrown instanceof NodeError) return { status: 'failed', error: thrown.toData() };
    throw thrown;
  }
};

/** The same from the end itself, whose files are the parent's already. */
export const toResult = ({ status, output = [], pairing, error }: Ended, childId: string): ChildResult => {
  if (status === 'completed') return { status, items: output, ...(pairing === undefined ? {} : { pairing }) };
  if (error) return { status, error };
  return { ...failed(`execution.${status}`, `Execution ${childId} was ${status}.`), status };
};

/** A file belongs to one execution: what goes to another is copied. */
export const copyItems = async (
  payloads: Places,
  items: readonly Item[],
  passage: Passage,
): Promise<readonly Item[]> => {
  if (!items.some((item) => item.binary)) return items;
  const event: ExecutionStarted = { type: 'executionStarted', at: 0, engine: '', triggerNodeId: '', items };
  const [copied] = await copyFiles(payloads, [event], passage);
  return copied?.items ?? items;
};

const failed = (code: string, message: string) =>
  ({ status: 'failed', error: { code, message, retryable: false } }) as const;
