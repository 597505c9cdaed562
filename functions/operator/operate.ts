import { z } from 'zod';
import { failExecution } from '../../shared/executions/fail.ts';
import type { Platform } from '../../shared/platform.ts';
import { OPEN_SHARDS } from '../../shared/store/execution-keys.ts';
import type { Hold } from '../../shared/store/hold.ts';
import { prepare } from '../deployment/prepare.ts';

const executionId = z.string().regex(/^exec_[a-z0-9]{26}$/, 'must be the id of an execution');

/** What an operator may ask for. Each can be asked for again without harm. */
const orderSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('status') }),
  z.strictObject({ do: z.literal('show'), executionId }),
  z.strictObject({ do: z.literal('wake'), executionId }),
  z.strictObject({ do: z.literal('fail'), executionId, because: z.string().max(500).optional() }),
  z.strictObject({ do: z.literal('releaseExecution'), executionId }),
  z.strictObject({ do: z.literal('releaseTable') }),
  z.strictObject({ do: z.literal('newSetupToken') }),
]);
type Order = z.output<typeof orderSchema>;

interface World {
  readonly platform: Platform;
  readonly hold: Pick<Hold, 'isHeld'>;
}

type Orders = {
  readonly [Do in Order['do']]: (world: World, order: Extract<Order, { do: Do }>) => Promise<object>;
};

const LISTED = 200;

/** The runbook lists them. */
export const ORDERS: Orders = {
  status: async ({ platform, hold }) => {
    const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) =>
      platform.stores.executions.listOpen(shard),
    );
    const open = (await Promise.all(shards)).flat().sort();
    const operations = await platform.stores.operations.read();
    const held = operations.hold !== null || (await hold.isHeld());
    return {
      held,
      reason: operations.hold?.reason ?? null,
      openCount: open.length,
      open: open.slice(0, LISTED),
    };
  },
  show: async ({ platform }, order) => {
    const head = await platform.stores.executions.head(order.executionId);
    if (!head) throw new Error(`There is no execution ${order.executionId}.`);
    const { record, ...place } = head;
    const { items: _items, ...columns } = record;
    return { ...columns, ...place };
  },
  wake: async ({ platform }, order) => {
    await platform.orchestrator.poke(order.executionId);
    return { woken: order.executionId };
  },
  fail: async ({ platform }, order) => {
    const { stores, clock, orchestrator } = platform;
    const loaded = await stores.executions.load(order.executionId);
    if (!loaded) throw new Error(`There is no execution ${order.executionId}.`);
    const message = order.because ?? 'An operator has ended it.';
    const error = { code: 'execution.failedByOperator', message, retryable: false };
    const failed = await failExecution({ stores, clock, poke: orchestrator.poke }, loaded, error);
    if (!failed) throw new Error(`${order.executionId} is under way this very moment; ask again.`);
    return { failed: order.executionId };
  },
  releaseExecution: async ({ platform }, order) => {
    await platform.stores.operations.release(order.executionId);
    await platform.orchestrator.poke(order.executionId);
    return { released: order.executionId };
  },
  releaseTable: async ({ platform }) => {
    await platform.stores.operations.resume();
    return { held: false };
  },
  newSetupToken: ({ platform }) => prepare(platform.stores),
};

/** Throws a message that says what was expected, or what is not there. */
export const operate = async (world: World, given: unknown): Promise<object> => {
  const order = orderSchema.parse(given);
  const perform = ORDERS[order.do] as (world: World, order: Order) => Promise<object>;
  return perform(world, order);
};
