import { setQuotas as contract } from '../../shared/contracts/operations.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { forgetOperations } from '../../shared/operations/current.ts';

export const setQuotas = defineHandler(contract, async ({ body, platform: { stores } }) => {
  await stores.operations.setQuotas(body);
  forgetOperations(stores);
  return { body: await stores.operations.read() };
});
