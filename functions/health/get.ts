import { getHealth } from '../../shared/contracts/platform.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const get = defineHandler(getHealth, async ({ platform }) => {
  // Any read will do: it fails when the database cannot be reached.
  await platform.stores.settings.isSetUp();
  return { body: { status: 'ok' as const, time: new Date(platform.clock.now()).toISOString() } };
});
