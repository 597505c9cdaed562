import type { Platform } from '../platform.ts';
import { cancelExecution } from './cancel.ts';

const PAGE = 100;

/**
 * Removes a workflow's executions. One that is under way is asked to stop; what is left of it then goes by its expiry.
 */
export const endExecutions = async (platform: Platform, workflowId: string, by: string): Promise<void> => {
  const { executions } = platform.stores;
  let cursor: string | null | undefined;
  do {
    const page: Awaited<ReturnType<typeof executions.listByWorkflow>> = await executions.listByWorkflow(
      workflowId,
      { limit: PAGE, caller: by, cursor: cursor ?? undefined },
    );
    await Promise.all(
      page.data.map(({ id, finishedAt }) =>
        finishedAt === null ? cancelExecution(platform, id, by) : executions.remove(id),
      ),
    );
    cursor = page.nextCursor;
  } while (cursor !== null);
};
