import { getOperations } from '../../shared/contracts/operations.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const get = defineHandler(getOperations, async ({ platform }) => ({
  body: await platform.stores.operations.read(),
}));
