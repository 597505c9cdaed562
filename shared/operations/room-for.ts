import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import { currentOperations } from './current.ts';
import type { Quotas } from './quotas.ts';

type Counted = 'workflows' | 'schedules';

const countOf: Readonly<Record<Counted, (platform: Platform, ownerId: string) => Promise<number>>> = {
  workflows: ({ stores }, ownerId) => stores.workflows.countByOwner(ownerId),
  schedules: ({ stores }, ownerId) => stores.schedules.countByOwner(ownerId),
};

/** Throws `quota.exceeded` when an owner would have more than they may. */
export const makeRoomFor = async (
  platform: Platform,
  ownerId: string,
  what: Counted,
  more = 1,
): Promise<void> => {
  const { stores, clock } = platform;
  const { quotas }: { quotas: Quotas } = await currentOperations({ stores, now: clock.now() });
  const count = await countOf[what](platform, ownerId);
  if (count + more <= quotas[what]) return;
  throw new AppError(
    'quota.exceeded',
    `There are ${count} ${what}, of ${quotas[what]} that are allowed. Delete some, or ask an administrator for more.`,
  );
};
