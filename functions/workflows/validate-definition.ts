import { validateDefinition as contract } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { verdictOf } from '../../shared/workflows/draft.ts';

export const validateDefinition = defineHandler(contract, async ({ body, caller, platform }) => ({
  body: await verdictOf(body.definition, {
    stores: platform.stores,
    ownerId: caller.userId,
    workflowId: null,
  }),
}));
