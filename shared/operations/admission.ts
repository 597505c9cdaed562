import { createHash } from 'node:crypto';
import type { Item } from '../../engine/item.ts';
import { AppError } from '../errors.ts';
import type { Stores } from '../store/stores.ts';
import { currentOperations } from './current.ts';
import type { Quotas } from './quotas.ts';

interface Asking {
  readonly id: string;
  readonly ownerId: string;
  readonly items: readonly Item[];
}

/** One start in so many is counted, for all of them: a counter costs a write. */
const SAMPLES_PER_LIMIT = 400;
const MAX_SAMPLE = 100;
const OPEN_KNOWN_MILLISECONDS = 30_000;

interface Refused {
  readonly until: number;
  readonly refusal: AppError;
  /** Those it was refused by: others may allow more. */
  readonly quotas: Quotas;
}

/** Who has used up what, as far as this process knows. */
interface Ledger {
  readonly refused: Map<string, Refused>;
  readonly open: Map<string, { readonly until: number; readonly count: Promise<number> }>;
}
const ledgers = new WeakMap<Stores, Ledger>();

/** Lets a start in, or throws: `platform.held` while everything is held, `quota.exceeded` for an owner who has had enough. */
export const admit = async (stores: Stores, asking: Asking, now: number): Promise<void> => {
  const { hold, quotas } = await currentOperations({ stores, now });
  if (hold) throw new AppError('platform.held', `Nothing starts now. ${hold.reason}`, { retryAfter: 60 });
  const ledger = ledgerOf(stores);
  const { ownerId } = asking;
  const before = ledger.refused.get(ownerId);
  if (before && now < before.until && before.quotas === quotas) throw before.refusal;
  const refusal =
    (await tooMany(stores, asking, quotas, now)) ?? (await tooManyOpen(stores, ledger, ownerId, quotas, now));
  if (!refusal) return;
  ledger.refused.set(ownerId, { until: now + (refusal.retryAfter ?? 0) * 1_000, refusal, quotas });
  throw refusal;
};

const ledgerOf = (stores: Stores): Ledger => {
  const ledger = ledgers.get(stores) ?? { refused: new Map(), open: new Map() };
  ledgers.set(stores, ledger);
  return ledger;
};

const tooMany = async (
  stores: Stores,
  { id, ownerId, items }: Asking,
  quotas: Quotas,
  now: number,
): Promise<AppError | null> => {
  const sample = Math.min(MAX_SAMPLE, Math.max(1, Math.floor(quotas.startsPerMinute / SAMPLES_PER_LIMIT)));
  if (sample > 1 && numberOf(id) % sample !== 0) return null;
  const bytes = Buffer.byteLength(JSON.stringify(items)) * sample;
  const used = await stores.operations.count(ownerId, { starts: sample, bytes });
  if (used.starts > quotas.startsPerMinute)
    return exceeded(`${quotas.startsPerMinute} starts a minute`, 60 - ((now / 1_000) % 60));
  if (used.bytes > quotas.payloadBytesPerDay)
    return exceeded(`${quotas.payloadBytesPerDay} bytes of trigger data a day`, 3_600);
  return null;
};

/** The same for the same execution: one that is asked for twice is counted alike. */
const numberOf = (id: string): number => createHash('sha256').update(id).digest().readUInt32BE(0);

const tooManyOpen = async (
  { operations }: Stores,
  { open }: Ledger,
  ownerId: string,
  { openExecutions }: Quotas,
  now: number,
): Promise<AppError | null> => {
  let known = open.get(ownerId);
  if (!known || now >= known.until) {
    known = { until: now + OPEN_KNOWN_MILLISECONDS, count: operations.openOf(ownerId) };
    open.set(ownerId, known);
    known.count.catch(() => open.delete(ownerId));
  }
  return (await known.count) < openExecutions
    ? null
    : exceeded(`${openExecutions} executions that have not ended`, 30);
};

const exceeded = (what: string, retryAfter: number): AppError =>
  new AppError(
    'quota.exceeded',
    `The owner of the workflow may have ${what}, and has. Wait, or ask an administrator for more.`,
    { retryAfter: Math.max(1, Math.ceil(retryAfter)) },
  );
