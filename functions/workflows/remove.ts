import { deleteWorkflow } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { runJob } from '../../shared/jobs/run-jobs.ts';
import { writableWorkflow } from '../../shared/workflows/access.ts';

/** As much as a request can wait for; the sweep goes on from there. */
const INLINE_MILLISECONDS = 5_000;

export const remove = defineHandler(deleteWorkflow, async ({ params, caller, platform, ifMatch }) => {
  const { stores, clock } = platform;
  const { id } = await writableWorkflow({ caller, platform }, params.workflowId);
  const job = await stores.workflows.beginRemoval(id, caller.userId, ifMatch ?? undefined);
  await runJob(platform, job, clock.now() + INLINE_MILLISECONDS);
  return undefined;
});
