import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Platform } from '../../../shared/platform.ts';
import type { ExecutionRecord } from '../../../shared/store/execution-record.ts';
import type { WebhookRecord } from '../../../shared/store/webhook-row.ts';
import { deliveriesOf, detailOf, NEWEST } from '../../../shared/webhooks/deliveries.ts';
import { aWorkbench } from '../../functions/workbench.ts';

const hook = { id: 'hook_1', workflowId: 'wf_1', method: 'POST', hookId: 'h' } as WebhookRecord;
const MOMENT = Date.now();
const at = (milliseconds: number) => new Date(MOMENT + milliseconds).toISOString();

/** Executions as the store lists them: newest first, those of one moment by their ids. */
const executionsAt = (moments: readonly number[]) => {
  const rows = moments
    .map((moment, index) => ({ id: `exec_${index}`, startedAt: at(moment), triggerDetail: detailOf(hook) }))
    .toSorted((a, b) => (`${a.startedAt}#${a.id}` < `${b.startedAt}#${b.id}` ? 1 : -1)) as ExecutionRecord[];
  const listByWorkflow: Platform['stores']['executions']['listByWorkflow'] = async (_workflowId, asked) => {
    const { limit, cursor = '0', startedBefore = '~' } = asked;
    const fitting = rows.filter(({ startedAt }) => startedAt < startedBefore);
    const end = Number(cursor) + limit;
    const nextCursor = end < fitting.length ? String(end) : null;
    return { data: fitting.slice(Number(cursor), end), nextCursor };
  };
  return listByWorkflow;
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('what came to a webhook', () => {
  it.each([1, 2, 3, 100])(
    'is found whole by %i at a time, also what came at the same moment',
    async (limit) => {
      const { platform } = await aWorkbench();
      const { executions, deliveries } = platform.stores;
      const moments = [0, 0, 0, 1, 1];
      for (const moment of moments) {
        vi.spyOn(Date, 'now').mockReturnValue(MOMENT + moment);
        await deliveries.add({ webhookId: hook.id, outcome: 'refused', reason: 'r', items: null });
      }
      vi.restoreAllMocks();
      const stores = {
        ...platform.stores,
        executions: { ...executions, listByWorkflow: executionsAt(moments) },
      };

      const found: string[] = [];
      let behind: typeof NEWEST | null = NEWEST;
      for (let pages = 0; behind && pages < 30; pages += 1) {
        const page = await deliveriesOf({ ...platform, stores }, hook, { behind, limit, caller: 'usr_1' });
        expect(page.data.length).toBeLessThanOrEqual(limit);
        found.push(
          ...page.data.map((each) => (each.kind === 'execution' ? each.execution.id : each.record.id)),
        );
        behind = page.more;
      }

      expect(found).toHaveLength(2 * moments.length);
      expect(new Set(found).size).toBe(found.length);
    },
  );
});
