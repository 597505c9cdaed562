import { notFound } from '../../shared/auth/visibility.ts';
import { listExecutionLogs } from '../../shared/contracts/executions.ts';
import { type LogPage, readLogPage, readPlace } from '../../shared/executions/log-page.ts';
import { logRows } from '../../shared/executions/log-rows.ts';
import { redactionOf } from '../../shared/executions/redaction.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownExecution } from './access.ts';

const LOOK_MILLISECONDS = 500;

export const listLogs = defineHandler(listExecutionLogs, async ({ params, query, caller, platform }) => {
  const execution = await ownExecution({ caller, platform }, params.executionId);
  const { id } = execution;
  const { cursor, after, limit, nodeId, wait } = query;
  const place = after === undefined ? readPlace(cursor, 'cursor') : readPlace(after, 'after');
  const until = platform.clock.now() + wait * 1_000;
  const read = async (): Promise<LogPage> => {
    const page = await readLogPage(platform.stores, id, { place, limit, nodeId });
    if (!page) throw notFound('execution');
    const isNews = page.hasEnded || page.runs.some(({ finishedAt }) => finishedAt !== null);
    const left = until - platform.clock.now();
    if (isNews || left <= 0) return page;
    await platform.clock.sleep(Math.min(LOOK_MILLISECONDS, left), new AbortController().signal);
    return read();
  };
  const page = await read();
  return {
    body: {
      data: logRows(id, page.runs, await redactionOf(platform.stores, execution)),
      nextCursor: page.isEnd ? null : page.place,
      after: page.place,
    },
  };
});
