import type { Json } from '../../engine/item.ts';
import { resumeExecution } from '../../shared/contracts/executions.ts';
import { AppError } from '../../shared/errors.ts';
import { readAnswer } from '../../shared/executions/answer-form.ts';
import { answerWait, openWait } from '../../shared/executions/answer-wait.ts';
import { executionAnswer } from '../../shared/executions/detail.ts';
import { type KnownWait, waitsIn } from '../../shared/executions/waits.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownExecution } from './access.ts';

export const resume = defineHandler(resumeExecution, async ({ params, body, caller, platform }) => {
  const execution = await ownExecution({ caller, platform }, params.executionId);
  const loaded = await platform.stores.executions.load(execution.id);
  const open = waitsIn(loaded?.events ?? []).filter(({ ended }) => ended === null);
  const { nodeId, wait } = pick(open, body.nodeId);
  const found = await openWait(platform, { executionId: execution.id, waitId: wait.id });
  const data: Json = wait.form
    ? readAnswer(wait.form, null, { choice: body.choice ?? null, fields: body.fields ?? {} })
    : { body: body.data ?? null };
  await answerWait(platform, found, { data, by: caller.userId });
  platform.log({ level: 'info', message: 'wait answered', executionId: execution.id, nodeId });
  return { body: executionAnswer(execution) };
});

const pick = (open: readonly KnownWait[], nodeId: string | undefined): KnownWait => {
  const asked = nodeId === undefined ? open : open.filter((each) => each.nodeId === nodeId);
  const [first, second] = asked;
  if (first && !second) return first;
  if (!first) {
    throw new AppError('resource.conflict', 'Nothing in the execution waits for an answer there.');
  }
  const nodes = [...new Set(asked.map((each) => each.nodeId))].join(', ');
  throw new AppError(
    'resource.conflict',
    `Several answers are waited for, at ${nodes}: say which in nodeId.`,
  );
};
