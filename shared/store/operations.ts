import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { DEFAULT_QUOTAS, type Quotas } from '../operations/quotas.ts';
import type { StoreConnection } from './connection.ts';
import { isConditionFailure, send } from './failures.ts';
import { makeHold } from './hold.ts';

/** How the deployment is run, as of the last read. */
export interface Operations {
  /** Nothing starts and nothing is swept until an operator resumes. */
  readonly hold: { readonly reason: string; readonly since: string } | null;
  readonly quotas: Quotas;
}

const OPEN = { pk: 'quota#open', sk: 'counts' };
const COUNT_MILLISECONDS = 15 * 60_000;
/** An item holds 400 KB. */
const MAX_COUNTS = 5_000;
const KEY = { pk: 'settings', sk: 'operations' };

export const makeOperationsStore = (connection: StoreConnection) => {
  const { document, table: TableName, clock } = connection;
  const now = () => new Date(clock.now()).toISOString();

  const update = async (changes: Readonly<Record<string, unknown>>, condition?: object): Promise<void> => {
    const entries = Object.entries(changes);
    await send(() =>
      document.send(
        new UpdateCommand({
          TableName,
          Key: KEY,
          UpdateExpression: `SET ${entries.map((_, index) => `#c${index} = :c${index}`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(entries.map(([name], index) => [`#c${index}`, name])),
          ExpressionAttributeValues: Object.fromEntries(
            entries.map(([, value], index) => [`:c${index}`, value]),
          ),
          ...condition,
        }),
      ),
    );
  };

  /**
   * A row that was written in another table has come here with a restore: what is open in it may be going on where it came
   * from. The first who sees that holds everything.
   */
  const settleIn = async (home: unknown): Promise<void> => {
    const isRestored = home !== undefined;
    const reason = `The table was restored from "${home}". Release or fail its open executions, then resume.`;
    try {
      await update(
        { home: TableName, ...(isRestored ? { hold: { reason, since: now() } } : {}) },
        // `#c0` is the name of the table: a row that was written before anybody read it has none yet.
        isRestored ? {} : { ConditionExpression: 'attribute_not_exists(#c0)' },
      );
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
  };

  const read = async (): Promise<Operations> => {
    const { Item } = await send(() =>
      document.send(new GetCommand({ TableName, Key: KEY, ConsistentRead: true })),
    );
    if (Item?.home !== TableName) {
      await settleIn(Item?.home);
      if (Item) return read();
    }
    return {
      hold: (Item?.hold ?? null) as Operations['hold'],
      quotas: { ...DEFAULT_QUOTAS, ...connection.quotas, ...(Item?.quotas as Partial<Quotas>) },
    };
  };

  return {
    read,
    hold: (reason: string): Promise<void> => update({ hold: { reason, since: now() } }),
    /** Also of a table that is held because it was restored: see hold.ts. */
    resume: async (): Promise<void> => {
      const restored = makeHold(connection);
      if (await restored.isHeld()) await restored.releaseTable();
      await update({ hold: null });
    },
    /** Lets one execution move while its table is held. */
    release: (executionId: string): Promise<void> => makeHold(connection).releaseExecution(executionId),
    /** Those not given stay as they are. */
    setQuotas: async (changes: Partial<Quotas>): Promise<void> => {
      const { quotas } = await read();
      await update({ quotas: { ...quotas, ...changes } });
    },
    /** Adds to the counters of an owner's minute and day; answers what they come to. */
    count: async (
      ownerId: string,
      { starts, bytes }: { starts: number; bytes: number },
    ): Promise<{ starts: number; bytes: number }> => {
      const seconds = Math.floor(clock.now() / 1000);
      const [minute, day] = [Math.floor(seconds / 60), Math.floor(seconds / 86_400)];
      const add = async (sk: string, amount: number, expiresAt: number): Promise<number> => {
        const { Attributes } = await send(() =>
          document.send(
            new UpdateCommand({
              TableName,
              Key: { pk: `quota#${ownerId}`, sk },
              UpdateExpression: 'SET #expiresAt = :expiresAt ADD #count :amount',
              ExpressionAttributeNames: { '#expiresAt': 'expiresAt', '#count': 'count' },
              ExpressionAttributeValues: { ':expiresAt': expiresAt, ':amount': amount },
              ReturnValues: 'UPDATED_NEW',
            }),
          ),
        );
        return Number(Attributes?.count);
      };
      const [minutes, days] = await Promise.all([
        add(`m#${minute}`, starts, (minute + 2) * 60),
        add(`d#${day}`, bytes, (day + 2) * 86_400),
      ]);
      return { starts: minutes, bytes: days };
    },
    /** How many executions of an owner were open when the sweep last looked. */
    openOf: async (ownerId: string): Promise<number> => {
      const { Item } = await send(() => document.send(new GetCommand({ TableName, Key: OPEN })));
      // A sweep that no longer comes must not hold anybody back.
      const isOld = Number(Item?.at ?? 0) + COUNT_MILLISECONDS < clock.now();
      return isOld ? 0 : Number((Item?.counts as Record<string, number> | undefined)?.[ownerId] ?? 0);
    },
    /** Keeps the largest counts. Costs nothing while nothing is open. */
    setOpen: async (counts: ReadonlyMap<string, number>): Promise<void> => {
      const largest = [...counts].sort(([, left], [, right]) => right - left).slice(0, MAX_COUNTS);
      if (largest.length === 0) {
        const { Item } = await send(() => document.send(new GetCommand({ TableName, Key: OPEN })));
        if (!Item) return;
        await send(() => document.send(new DeleteCommand({ TableName, Key: OPEN })));
        return;
      }
      const Item = { ...OPEN, at: clock.now(), counts: Object.fromEntries(largest) };
      await send(() => document.send(new PutCommand({ TableName, Item })));
    },
  };
};
