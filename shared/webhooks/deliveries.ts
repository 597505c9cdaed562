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

/** A place in the list: all before it is newer, or of the same moment and with a later id. */
export interface DeliveryPlace {
  readonly at: string;
  readonly id: string;
}

/** The beginning of the list. */
export const NEWEST: DeliveryPlace = { at: '9999-12-31T23:59:59.999Z', id: '' };

interface Asked {
  readonly behind: DeliveryPlace;
  readonly limit: number;
  readonly caller: string;
}

/** Newest first, those behind a place. `more`: behind which to go on; null when that is all. */
export const deliveriesOf = async (
  platform: Platform,
  hook: WebhookRecord,
  { behind, limit, caller }: Asked,
): Promise<{ readonly data: Delivery[]; readonly more: DeliveryPlace | null }> => {
  const [started, others] = await Promise.all([
    executionsOf(platform, hook, { behind, limit, caller }),
    platform.stores.deliveries.list(hook.id, behind, limit),
  ]);
  const all: Delivery[] = [
    ...started.found.map((execution) => ({ kind: 'execution' as const, at: execution.startedAt, execution })),
    ...others.map((record) => ({ kind: 'other' as const, at: record.receivedAt, record })),
  ].sort((one, other) => (isBehind(placeOf(one), placeOf(other)) ? 1 : -1));
  const data = all.slice(0, limit);
  const last = data.at(-1);
  const isFull = all.length > limit || others.length === limit || !started.complete;
  return { data, more: isFull ? (last && data.length === limit ? placeOf(last) : started.seen) : null };
};

const placeOf = (delivery: Delivery): DeliveryPlace => ({
  at: delivery.at,
  id: delivery.kind === 'execution' ? delivery.execution.id : delivery.record.id,
});

const isBehind = (one: DeliveryPlace, other: DeliveryPlace): boolean =>
  one.at === other.at ? one.id < other.id : one.at < other.at;

const executionsOf = async (
  { stores }: Platform,
  hook: WebhookRecord,
  { behind, limit, caller }: Asked,
): Promise<{ found: ExecutionRecord[]; seen: DeliveryPlace; complete: boolean }> => {
  const found: ExecutionRecord[] = [];
  let cursor: string | undefined;
  let seen = behind;
  for (let looked = 0; looked < MOST_LOOKED_AT; ) {
    const page = await stores.executions.listByWorkflow(hook.workflowId, {
      limit: PAGE,
      caller,
      startedBefore: momentAfter(behind),
      ...(cursor === undefined ? {} : { cursor }),
    });
    looked += page.data.length;
    for (const execution of page.data) {
      const place = { at: execution.startedAt, id: execution.id };
      if (!isBehind(place, behind)) continue;
      seen = place;
      if (execution.triggerDetail === detailOf(hook)) found.push(execution);
    }
    if (page.nextCursor === null) return { found, seen, complete: true };
    if (found.length >= limit) break;
    cursor = page.nextCursor;
  }
  return { found, seen, complete: false };
};

/** Of the moment itself some may be left. */
const momentAfter = ({ at, id }: DeliveryPlace): string =>
  id === '' ? at : new Date(Date.parse(at) + 1).toISOString();
