import { getStats } from '../../shared/contracts/stats.ts';
import { listOf } from '../../shared/executions/list-of.ts';
import { statsOf } from '../../shared/executions/stats.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import type { ExecutionRecord } from '../../shared/store/execution-record.ts';

const MAX_EXECUTIONS = 5_000;
const PAGE = 500;
const DAY_MILLISECONDS = 86_400_000;

export const get = defineHandler(getStats, async ({ query, caller, platform }) => {
  const { days, workflowId, ownerId } = query;
  const now = platform.clock.now();
  const from = new Date(now - days * DAY_MILLISECONDS).toISOString();
  const all: ExecutionRecord[] = [];
  let cursor: string | undefined;
  do {
    const asked = { workflowId, ownerId, startedAfter: from, limit: PAGE, cursor };
    const page = await listOf({ caller, platform }, asked);
    all.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && all.length < MAX_EXECUTIONS);
  return {
    body: { from, to: new Date(now).toISOString(), isComplete: cursor === undefined, ...statsOf(all) },
  };
});
