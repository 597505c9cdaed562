import type { AiPort } from '../../engine/ai/port.ts';
import { AppError } from '../errors.ts';
import { currentOperations } from '../operations/current.ts';
import type { Platform } from '../platform.ts';
import type { SpenderKey } from '../store/ai-usage.ts';
import { makeAi } from './execution-ai.ts';

/** Models for what the API itself asks them: what a person's requests have cost in a month is added up. */
export const platformAi = (platform: Platform, userId: string): AiPort =>
  makeAi({ ...platform, ...platform.services }, [{ key: personInMonth(platform, userId), budget: null }]);

/** Throws `quota.exceeded` when a person has had what they may in this month. Models without prices cost nothing. */
export const refuseBeyondAllowance = async (platform: Platform, userId: string): Promise<void> => {
  const { stores, clock } = platform;
  const { quotas } = await currentOperations({ stores, now: clock.now() });
  const spent = await stores.aiUsage.spent(personInMonth(platform, userId));
  if (spent < quotas.aiUsdPerMonth) return;
  throw new AppError(
    'quota.exceeded',
    `What you have asked models this month has cost US$ ${spent.toFixed(2)}, of ${quotas.aiUsdPerMonth} that are allowed. Ask an administrator for more.`,
  );
};

const personInMonth = ({ clock }: Pick<Platform, 'clock'>, id: string): SpenderKey => ({
  kind: 'user',
  id,
  period: new Date(clock.now()).toISOString().slice(0, 7),
});
