import { canWrite, notFound } from '../../shared/auth/visibility.ts';
import { listExecutions } from '../../shared/contracts/executions.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const list = defineHandler(listExecutions, async ({ query, caller, platform }) => {
  const { workflowId, ownerId = caller.userId, ...filters } = query;
  const { workflows, executions } = platform.stores;
  const asked = { ...filters, caller: caller.userId };
  if (workflowId !== undefined) {
    const workflow = await workflows.get(workflowId);
    if (!workflow || !canWrite(caller, workflow)) throw notFound('workflow');
    return { body: await executions.listByWorkflow({ ...asked, workflowId }) };
  }
  if (ownerId !== caller.userId && caller.role !== 'admin') {
    throw new AppError('auth.forbidden', 'Only admins list the executions of others.');
  }
  return { body: await executions.listByOwner({ ...asked, ownerId }) };
});
