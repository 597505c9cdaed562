import { cancelExecution } from '../executions/cancel.ts';
import type { Platform } from '../platform.ts';
import { unlessGone } from '../unless.ts';
import { allInLine } from '../workflows/publish.ts';
import type { RunKind } from './run-kind.ts';

const PAGE = 100;

/**
 * Removes a workflow that is marked: its triggers first, so that nothing starts it any more, then its variables and
 * executions, and last the versions and the row. Executions under way are asked to stop; until they have, the versions they
 * run stay.
 */
export const deleteWorkflow: RunKind = async (platform, { subject: workflowId, by }, until) => {
  const { workflows } = platform.stores;
  const marked = await workflows.takeDown(workflowId);
  if (!marked) return true;
  await allInLine(platform, marked);
  await removeVariables(platform, workflowId, by);
  if (!(await removeExecutions(platform, workflowId, by, until))) return false;
  await workflows.remove(workflowId).catch(unlessGone);
  return true;
};

const removeVariables = async ({ stores }: Platform, workflowId: string, caller: string): Promise<void> => {
  for (;;) {
    const { data } = await stores.variables.listByWorkflow({ workflowId, limit: PAGE, caller });
    if (data.length === 0) return;
    for (const { id } of data) await stores.variables.remove(id).catch(unlessGone);
  }
};

/** True when none is left. */
const removeExecutions = async (
  platform: Platform,
  workflowId: string,
  by: string,
  until: number,
): Promise<boolean> => {
  const { executions } = platform.stores;
  let cursor: string | undefined;
  let isAnyOpen = false;
  do {
    if (platform.clock.now() >= until) return false;
    const page: Awaited<ReturnType<typeof executions.listByWorkflow>> = await executions.listByWorkflow(
      workflowId,
      { limit: PAGE, caller: by, cursor },
    );
    for (const { id, finishedAt } of page.data) {
      if (finishedAt !== null) await executions.remove(id);
      else {
        isAnyOpen = true;
        await cancelExecution(platform, id, by);
      }
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return !isAnyOpen;
};
