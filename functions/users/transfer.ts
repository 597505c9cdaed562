import type { Platform } from '../../shared/platform.ts';
import type { WorkflowRecord } from '../../shared/store/workflow-record.ts';
import { giveWorkflowVariables } from '../../shared/users/hand-over.ts';
import { versionOf } from '../../shared/workflows/access.ts';
import { publicationOf } from '../../shared/workflows/publication.ts';
import { allInLine } from '../../shared/workflows/publish.ts';

/** Gives a workflow to somebody else. What is published is published again, as its triggers run as their owner. */
export const transfer = async (
  platform: Platform,
  { id, publishedVersion }: WorkflowRecord,
  successorId: string,
): Promise<void> => {
  const { workflows } = platform.stores;
  await workflows.update(id, { createdBy: successorId });
  await giveWorkflowVariables(platform, id, successorId);
  if (publishedVersion === null) return;
  const { definition } = await versionOf(platform, id, publishedVersion);
  const { schedules } = await workflows.publish({
    workflowId: id,
    version: publishedVersion,
    ...publicationOf(definition),
  });
  await allInLine(platform, schedules);
};
