import { resumePlatform } from '../../shared/contracts/operations.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { forgetOperations } from '../../shared/operations/current.ts';

export const resume = defineHandler(resumePlatform, async ({ platform: { stores } }) => {
  await stores.operations.resume();
  forgetOperations(stores);
  return { body: await stores.operations.read() };
});
