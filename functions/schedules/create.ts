import { createSchedule } from '../../shared/contracts/schedules.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { makeRoomFor } from '../../shared/operations/room-for.ts';
import { bringInLine } from '../../shared/schedules/bring-in-line.ts';
import { lifetimeOf } from '../../shared/store/lifetime-of.ts';
import { versionOf, writableWorkflow } from '../../shared/workflows/access.ts';
import { triggersOf } from '../../shared/workflows/triggers.ts';
import { refuseBackwards, viewOf } from './access.ts';

export const create = defineHandler(createSchedule, async ({ body, caller, platform }) => {
  const { workflowId, nodeId, ...timing } = body;
  const { id, createdBy } = await writableWorkflow({ caller, platform }, workflowId);
  refuseBackwards(timing.startsAt, timing.endsAt);
  await makeRoomFor(platform, createdBy, 'schedules');
  const made = await platform.stores.workflows.addSchedule(id, async (workflow) => {
    const { publishedVersion } = workflow;
    const version = await versionOf(platform, id, publishedVersion ?? workflow.version);
    const isTrigger = triggersOf(version.definition).some(
      ({ node, kind }) => kind === 'schedule' && node.id === nodeId,
    );
    if (!isTrigger) {
      throw new AppError('request.invalid', `The version has no schedule trigger with the id "${nodeId}".`, {
        errors: [{ pointer: '/nodeId', message: 'must be the id of a schedule trigger that is switched on' }],
      });
    }
    return {
      ...timing,
      workflowId: id,
      nodeId,
      createdBy: workflow.createdBy,
      version: publishedVersion,
      workflowVersionId: publishedVersion === null ? null : version.id,
      lifetime: lifetimeOf(version.definition),
    };
  });
  const schedule = (await bringInLine(platform, made)) ?? made;
  return { body: viewOf(schedule), etag: schedule.revision };
});
