import { canWrite, notFound } from '../../shared/auth/visibility.ts';
import { listExecutions } from '../../shared/contracts/executions.ts';
import { AppError } from '../../shared/errors.ts';
import { executionAnswer } from '../../shared/executions/detail.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import type { ExecutionRecord } from '../../shared/store/execution-record.ts';

/** What is not over, as the index of open executions has it. */
const OPEN: readonly (string | undefined)[] = ['open', 'pending', 'running'];

export const list = defineHandler(listExecutions, async ({ query, caller, platform }) => {
  const { workflowId, ownerId = caller.userId, status, ...filters } = query;
  const { workflows, executions } = platform.stores;
  const asked = { ...filters, ...(status && status !== 'open' ? { status } : {}), caller: caller.userId };
  if (workflowId !== undefined) {
    const workflow = await workflows.get(workflowId);
    if (!workflow || !canWrite(caller, workflow)) throw notFound('workflow');
    if (OPEN.includes(status))
      return { body: answerOf(await executions.listOpenPage({ ...asked, workflowId })) };
    return { body: answerOf(await executions.listByWorkflow(workflowId, asked)) };
  }
  if (ownerId !== caller.userId && caller.role !== 'admin') {
    throw new AppError('auth.forbidden', 'Only admins list the executions of others.');
  }
  if (OPEN.includes(status)) return { body: answerOf(await executions.listOpenPage({ ...asked, ownerId })) };
  if (status === 'failed') return { body: answerOf(await executions.listFailed(ownerId, asked)) };
  return { body: answerOf(await executions.listByOwner(ownerId, asked)) };
});

const answerOf = (page: {
  readonly data: readonly ExecutionRecord[];
  readonly nextCursor: string | null;
}) => ({
  ...page,
  data: page.data.map(executionAnswer),
});
