import { getSetup } from '../../shared/contracts/setup.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const get = defineHandler(getSetup, async ({ platform }) => ({
  body: { done: await platform.stores.settings.isSetUp() },
}));
