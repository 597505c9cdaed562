import { expect, it, onTestFinished } from 'vitest';
import { aDataFolder, anInstance } from '../e2e/instance.ts';
import { runCampaign } from './campaign.ts';
import { startOutside } from './outside.ts';

/** `npm run fuzz` sends 20,000 and from another seed each time. */
it('answers requests of every kind as its own document says', { timeout: 120_000 }, async () => {
  const outside = await startOutside();
  onTestFinished(() => outside.close());
  const instance = await anInstance(aDataFolder(), { STEPWELL_ALLOW_HOSTS: outside.host });
  const result = await runCampaign(instance, outside, { requests: 400, seed: 20260115 });
  expect(result.findings).toEqual([]);
  expect(result.succeeded.length).toBeGreaterThan(10);
  expect(instance.output()).not.toContain('"level":"error"');
});
