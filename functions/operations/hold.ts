import { holdPlatform } from '../../shared/contracts/operations.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { forgetOperations } from '../../shared/operations/current.ts';

export const hold = defineHandler(holdPlatform, async ({ body, platform: { stores } }) => {
  await stores.operations.hold(body.reason);
  forgetOperations(stores);
  return { body: await stores.operations.read() };
});
