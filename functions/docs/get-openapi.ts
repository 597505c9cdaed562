import { getOpenApi as contract } from '../../shared/contracts/platform.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { documentsFor } from './document.ts';

export const getOpenApi = defineHandler(contract, async ({ platform }) => ({
  body: documentsFor(platform.config).openApi,
}));
