import type { ExecutionStarted, JournalEvent } from '../../engine/interpreter/event.ts';
import type { Platform } from '../platform.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import { inClass } from '../store/lifetime.ts';
import { lifetimeOf } from '../store/lifetime-of.ts';
import { accept } from './accept.ts';
import { copyFiles } from './copy-files.ts';
import type { PlannedRetry } from './retry-plan.ts';

/** Starts what a retry has come to: an execution of its own, whose journal and files are copies. */
export const startRetry = async (
  platform: Platform,
  old: ExecutionRecord,
  { workflow, version, items, seed, preview }: PlannedRetry,
  { id, triggeredBy }: { readonly id: string; readonly triggeredBy: string },
): Promise<ExecutionRecord> => {
  const { stores, payloads } = platform;
  const begun = await stores.executions.get(id);
  // A repeat of the request: what has begun must not get its first segments again.
  if (begun) return begun;
  const events: readonly JournalEvent[] = [asStart(old, items), ...seed];
  const lifetime = lifetimeOf(version.definition);
  const [start, ...copied] = await copyFiles(
    { from: inClass(payloads, old.lifetime), to: inClass(payloads, lifetime) },
    events,
    { from: old.id, to: id },
  );
  if (copied.length > 0) await stores.executions.seed({ id, lifetime }, copied);
  const { record } = await accept(platform, {
    id,
    workflow,
    version,
    triggerNodeId: old.triggerNodeId,
    triggerType: 'manual',
    triggerDetail: 'retry',
    triggeredBy,
    retryOf: old.id,
    lifetime,
    retryFrom: preview.from,
    items: start && 'items' in start ? (start as ExecutionStarted).items : items,
    mode: old.mode,
    hops: undefined,
  });
  await platform.orchestrator.poke(id);
  return record;
};

/** The trigger's items in the form in which files are looked for. */
const asStart = (old: ExecutionRecord, items: ExecutionStarted['items']): ExecutionStarted => ({
  type: 'executionStarted',
  at: 0,
  engine: '',
  triggerNodeId: old.triggerNodeId,
  items,
});
