import type { Caller } from '../auth/caller.ts';
import { canWrite, notFound } from '../auth/visibility.ts';
import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { ExecutionFilters } from '../store/execution-lists.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';

export interface ExecutionQuery extends Omit<ExecutionFilters, 'status'> {
  readonly workflowId?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly status?: ExecutionRecord['status'] | 'open' | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What is not over, as the index of open executions has it. */
const OPEN: readonly (string | undefined)[] = ['open', 'pending', 'running'];

/** Executions the caller may see: of a workflow of theirs, or of all of them. Each filter is asked of the index that knows it. */
export const listOf = async (
  { caller, platform }: { readonly caller: Caller; readonly platform: Platform },
  { workflowId, ownerId = caller.userId, status, ...filters }: ExecutionQuery,
): Promise<{ data: ExecutionRecord[]; nextCursor: string | null }> => {
  const { workflows, executions } = platform.stores;
  const asked = { ...filters, ...(status && status !== 'open' ? { status } : {}), caller: caller.userId };
  if (workflowId !== undefined) {
    const workflow = await workflows.get(workflowId);
    if (!workflow || !canWrite(caller, workflow)) throw notFound('workflow');
    if (OPEN.includes(status)) return executions.listOpenPage({ ...asked, workflowId });
    return executions.listByWorkflow(workflowId, asked);
  }
  if (ownerId !== caller.userId && caller.role !== 'admin') {
    throw new AppError('auth.forbidden', 'Only admins list the executions of others.');
  }
  if (OPEN.includes(status)) return executions.listOpenPage({ ...asked, ownerId });
  if (status === 'failed') return executions.listFailed(ownerId, asked);
  return executions.listByOwner(ownerId, asked);
};
