import { validateDefinition as contract } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { verdictOf } from '../../shared/workflows/draft.ts';

export const validateDefinition = defineHandler(contract, async ({ body }) => ({
  body: verdictOf(body.definition),
}));
