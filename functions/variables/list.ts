import { listVariables } from '../../shared/contracts/variables.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { variableAnswer } from '../../shared/variables/kept-value.ts';
import { writableWorkflow } from '../../shared/workflows/access.ts';

export const list = defineHandler(listVariables, async ({ query, caller, platform }) => {
  const { workflowId, ownerId = caller.userId, ...page } = query;
  const { variables } = platform.stores;
  if (ownerId !== caller.userId && caller.role !== 'admin')
    throw new AppError('auth.forbidden', 'Only admins list the variables of others.');
  const asked = { ...page, caller: caller.userId };
  const { data, nextCursor } =
    workflowId === undefined
      ? await variables.listByScope({ ...asked, createdBy: ownerId, scope: 'global' })
      : await variables.listByWorkflow({
          ...asked,
          workflowId: (await writableWorkflow({ caller, platform }, workflowId)).id,
        });
  return { body: { data: data.map(variableAnswer), nextCursor } };
});
