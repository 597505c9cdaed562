import { foldLog, type NodeRunLog } from '../../engine/index.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import { listExecutionLogs } from '../../shared/contracts/executions.ts';
import { AppError } from '../../shared/errors.ts';
import { logRows } from '../../shared/executions/log-rows.ts';
import { definitionOf } from '../../shared/executions/own-definition.ts';
import { planOf } from '../../shared/executions/plan-cache.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownExecution } from './access.ts';

export const listLogs = defineHandler(listExecutionLogs, async ({ params, query, caller, platform }) => {
  const { id } = await ownExecution({ caller, platform }, params.executionId);
  const { stores } = platform;
  const loaded = await stores.executions.load(id);
  if (!loaded) throw notFound('execution');
  const definition = await definitionOf(stores, loaded.record);
  const all = foldLog(definition && planOf(definition), loaded.events);
  const { nodeId, limit, cursor } = query;
  const runs = nodeId === undefined ? all : all.filter((run) => run.nodeId === nodeId);
  const start = cursor === undefined ? 0 : positionAfter(runs, cursor);
  const page = runs.slice(start, start + limit);
  const last = page.at(-1);
  const more = start + limit < runs.length;
  return {
    body: { data: logRows(id, page), nextCursor: more && last ? cursorAt(last) : null },
  };
});

/** A cursor names the last row that was read. It needs no signature, as it gives nobody more than their own log. */
const cursorAt = ({ run, attempt }: NodeRunLog): string =>
  Buffer.from(JSON.stringify([run, attempt])).toString('base64url');

const positionAfter = (runs: readonly NodeRunLog[], cursor: string): number => {
  const at = runs.findIndex((run) => cursorAt(run) === cursor);
  if (at >= 0) return at + 1;
  throw new AppError('request.cursor', 'The cursor belongs to another log. Start without one.', {
    errors: [{ in: 'query', pointer: '/cursor', message: 'is not one of this log' }],
  });
};
