import type { Caller } from '../../shared/auth/caller.ts';
import { bulkExecutions } from '../../shared/contracts/bulk.ts';
import { AppError } from '../../shared/errors.ts';
import { cancelExecution } from '../../shared/executions/cancel.ts';
import { listOf } from '../../shared/executions/list-of.ts';
import { startRetry } from '../../shared/executions/retry.ts';
import { planRetry } from '../../shared/executions/retry-plan.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import type { Platform } from '../../shared/platform.ts';
import type { ExecutionRecord } from '../../shared/store/execution-record.ts';
import { ownExecution } from './access.ts';

const AT_ONCE = 8;

export const bulk = defineHandler(bulkExecutions, async ({ body, caller, platform, idOf }) => {
  const { action, ids, filter, limit } = body;
  if (action === 'retry' && caller.scopes !== 'all' && !caller.scopes.includes('workflow:run'))
    throw new AppError('auth.forbidden', 'Retrying starts executions: it needs the scope workflow:run.');
  const found = ids ? null : await listOf({ caller, platform }, { ...filter, limit });
  const left = [...(ids ?? found?.data.map(({ id }) => id) ?? [])];
  const results: Result[] = [];
  while (left.length > 0) {
    const batch = left.splice(0, AT_ONCE);
    results.push(
      ...(await Promise.all(batch.map((id) => attempt(ACTIONS[action], { caller, platform, idOf }, id)))),
    );
  }
  return { body: { results, hasMore: Boolean(found?.nextCursor) } };
});

interface Asked {
  readonly caller: Caller;
  readonly platform: Platform;
  readonly idOf: (prefix: 'exec', part: string) => string;
}
interface Result {
  readonly id: string;
  readonly isDone: boolean;
  readonly executionId?: string;
  readonly code?: string;
  readonly detail?: string;
}
type Action = (asked: Asked, execution: ExecutionRecord) => Promise<{ executionId?: string }>;

const ACTIONS: Readonly<Record<'cancel' | 'retry' | 'delete', Action>> = {
  cancel: async ({ caller, platform }, { id, finishedAt, status }) => {
    if (finishedAt !== null) throw new AppError('resource.conflict', `It has ended already: ${status}.`);
    await cancelExecution(platform, id, caller.userId);
    return {};
  },
  retry: async ({ caller, platform, idOf }, execution) => {
    const request = { from: 'failedNode', version: 'original' } as const;
    const planned = await planRetry(platform, execution.id, request);
    const { id } = await startRetry(platform, execution, planned, {
      id: idOf('exec', execution.id),
      triggeredBy: caller.userId,
    });
    return { executionId: id };
  },
  delete: async ({ platform }, { id, finishedAt }) => {
    if (finishedAt === null) throw new AppError('resource.conflict', 'It has not ended. Cancel it first.');
    await platform.stores.executions.remove(id);
    return {};
  },
};

/** What one cannot be done says so; the others are done. */
const attempt = async (action: Action, asked: Asked, id: string): Promise<Result> => {
  try {
    return { id, isDone: true, ...(await action(asked, await ownExecution(asked, id))) };
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    return { id, isDone: false, code: error.code, detail: error.message };
  }
};
