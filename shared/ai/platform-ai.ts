import type { AiPort } from '../../engine/ai/port.ts';
import type { Platform } from '../platform.ts';
import { makeAi } from './execution-ai.ts';

/** Models for what the API itself asks them: what a person's requests have cost in a month is added up. */
export const platformAi = (platform: Platform, userId: string): AiPort => {
  const period = new Date(platform.clock.now()).toISOString().slice(0, 7);
  return makeAi({ ...platform, ...platform.services }, [
    { key: { kind: 'user', id: userId, period }, budget: null },
  ]);
};
