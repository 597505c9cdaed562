import { cloud, cloudPlatform } from '../platform.ts';
import { operate } from './operate.ts';

/** Called by people who keep the deployment, with `aws lambda invoke`; the runbook says when. No route leads here. */
export const handler = async (order: unknown): Promise<object> =>
  operate({ platform: await cloudPlatform(), hold: cloud().hold() }, order);
