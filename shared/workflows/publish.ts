import { makeRoomFor } from '../operations/room-for.ts';
import type { Platform } from '../platform.ts';
import { bringInLine } from '../schedules/bring-in-line.ts';
import { growthBy } from '../store/schedule-publication.ts';
import type { ScheduleRecord } from '../store/schedule-record.ts';
import type { WorkflowRecord } from '../store/workflow-record.ts';
import { ownedBy, versionOf } from './access.ts';
import { refuseInvalid } from './draft.ts';
import { publicationOf } from './publication.ts';

/** Points a workflow's triggers at a version, and tells the clock what that means for its schedules. Throws for a definition that cannot run. */
export const publishVersion = async (
  platform: Platform,
  workflow: WorkflowRecord,
  version: number,
  expectedRevision: number | null = null,
) => {
  const { definition } = await versionOf(platform, workflow.id, version);
  await refuseInvalid(definition, ownedBy(platform, workflow));
  const triggers = publicationOf(definition);
  const known = await platform.stores.schedules.read(workflow.schedules);
  const more = growthBy(known, triggers.schedules);
  if (more > 0) await makeRoomFor(platform, workflow.createdBy, 'schedules', more);
  const published = await platform.stores.workflows.publish({
    workflowId: workflow.id,
    version,
    ...triggers,
    ...(expectedRevision === null ? {} : { expectedRevision }),
  });
  return { ...published, schedules: await allInLine(platform, published.schedules) };
};

/** Takes a workflow's triggers down. */
export const unpublishWorkflow = async (platform: Platform, workflowId: string) => {
  const { workflow, schedules } = await platform.stores.workflows.unpublish(workflowId);
  await allInLine(platform, schedules);
  return workflow;
};

/** Those that stay, as they are then. */
export const allInLine = async (
  platform: Platform,
  schedules: readonly ScheduleRecord[],
): Promise<ScheduleRecord[]> =>
  (await Promise.all(schedules.map((schedule) => bringInLine(platform, schedule)))).filter(
    (schedule) => schedule !== null,
  );
