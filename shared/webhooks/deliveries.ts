import type { Platform } from '../platform.ts';
import type { DeliveryRecord } from '../store/deliveries.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import type { WebhookRecord } from '../store/webhook-row.ts';

/** Something that came to a webhook: an execution, or what started none. */
export type Delivery =
  | { readonly kind: 'execution'; readonly at: string; readonly execution: ExecutionRecord }
  | { readonly kind: 'other'; readonly at: string; readonly record: DeliveryRecord };

/** How many of the workflow's executions are looked at for one page: some started otherwise. */
const MOST_LOOKED_AT = 300;
const PAGE = 100;

export const detailOf = ({ method, hookId }: WebhookRecord): string => `${method} /hooks/${hookId}`;

/** Newest first, those from before a moment (ISO-8601) on. `more`: from when on to go on; null when that is all. */
export const deliveriesOf = async (
  platform: Platform,
  hook: WebhookRecord,
  { before, limit, caller }: { readonly before: string; readonly limit: number; readonly caller: string },
): Promise<{ readonly data: Delivery[]; readonly more: string | null }> => {
  const { deliveries } = platform.stores;
  const [started, others] = await Promise.all([
    executionsOf(platform, hook, { before, limit, caller }),
    deliveries.list(hook.id, Date.parse(before), limit),
  ]);
  const all: Delivery[] = [
    ...started.found.map((execution) => ({ kind: 'execution' as const, at: execution.startedAt, execution })),
    ...others.map((record) => ({ kind: 'other' as const, at: record.receivedAt, record })),
  ].sort((a, b) => (a.at < b.at ? 1 : -1));
  const data = all.slice(0, limit);
  const last = data.at(-1);
  const isFull = all.length > limit || others.length === limit || !started.complete;
  return { data, more: isFull ? (last && data.length === limit ? last.at : started.seen) : null };
};

const executionsOf = async (
  { stores }: Platform,
  hook: WebhookRecord,
  { before, limit, caller }: { readonly before: string; readonly limit: number; readonly caller: string },
): Promise<{ found: ExecutionRecord[]; seen: string; complete: boolean }> => {
  const found: ExecutionRecord[] = [];
  let cursor: string | undefined;
  let seen = before;
  for (let looked = 0; looked < MOST_LOOKED_AT; ) {
    const page = await stores.executions.listByWorkflow(hook.workflowId, {
      limit: PAGE,
      caller,
      startedBefore: before,
      ...(cursor === undefined ? {} : { cursor }),
    });
    looked += page.data.length;
    seen = page.data.at(-1)?.startedAt ?? seen;
    found.push(...page.data.filter(({ triggerDetail }) => triggerDetail === detailOf(hook)));
    if (page.nextCursor === null) return { found, seen, complete: true };
    if (found.length >= limit) break;
    cursor = page.nextCursor;
  }
  return { found, seen, complete: false };
};
