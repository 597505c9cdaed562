import { z } from 'zod';
import {
  catchUpPolicy,
  cronExpression,
  overlapPolicy,
  zoneName,
} from '../../engine/triggers/schedule-parameters.ts';
import { idSchema } from '../ids.ts';
import { timestamp, timestampInput } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route } from './route.ts';

const scheduleSchema = z
  .object({
    id: z.string(),
    workflowId: z.string(),
    nodeId: z.string(),
    madeBy: z
      .enum(['node', 'resource'])
      .describe('`node`: publishing keeps it in step with its trigger node. `resource`: a further schedule.'),
    cronExpression: z.string(),
    timezone: z.string(),
    startsAt: timestamp.nullable(),
    endsAt: timestamp.nullable(),
    overlap: overlapPolicy,
    catchUp: catchUpPolicy,
    isActive: z.boolean().describe('True while it fires: not paused, and its workflow published.'),
    isPaused: z.boolean(),
    inLine: z
      .boolean()
      .describe('False while the clock behind it does not know its last change; it is told again by itself.'),
    createdBy: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    lastExecution: timestamp.nullable().describe('The planned time of the last firing.'),
    lastExecutionId: z.string().nullable(),
    nextExecution: timestamp.nullable(),
    version: z.int().nullable().describe('The version it starts.'),
    revision: z.int().describe('Counts changes; the ETag.'),
  })
  .meta({ id: 'Schedule' });

const occurrenceSchema = z.object({
  at: timestamp.nullable().describe('Null for a time that clocks are put forward over: nothing fires.'),
  localTime: z.string().describe('What the clocks of the zone show.'),
  dst: z
    .enum(['skipped', 'repeated'])
    .nullable()
    .describe('`repeated`: clocks show it twice; it fires the first time.'),
});

const previewSchema = z
  .object({
    data: z.array(occurrenceSchema),
    aws: z
      .array(z.object({ expression: z.string(), timezone: z.string() }))
      .describe('What EventBridge Scheduler is told; several where days of month and week both count.'),
  })
  .meta({ id: 'SchedulePreview' });

const scheduleParams = z.strictObject({ scheduleId: idSchema('sch') });
const timing = {
  cronExpression,
  timezone: zoneName,
  startsAt: timestampInput.nullable(),
  endsAt: timestampInput.nullable(),
  overlap: overlapPolicy,
  catchUp: catchUpPolicy,
};

const read = { who: 'user', scope: 'workflow:read' } as const;
const publish = { who: 'user', scope: 'workflow:publish' } as const;

export const listSchedules = route({
  id: 'listSchedules',
  method: 'GET',
  path: '/schedules',
  access: read,
  summary: 'List schedules: of one workflow, or all of yours',
  query: z.strictObject({ ...pageQuery, workflowId: idSchema('wf').optional() }),
  response: pageOf(scheduleSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor', 'resource.notFound'],
});

export const createSchedule = route({
  id: 'createSchedule',
  method: 'POST',
  path: '/schedules',
  access: publish,
  summary: 'Make a further schedule for a schedule trigger node',
  body: z.strictObject({
    workflowId: idSchema('wf'),
    nodeId: z.string().min(1).max(64),
    cronExpression,
    timezone: zoneName.default('UTC'),
    startsAt: timing.startsAt.default(null),
    endsAt: timing.endsAt.default(null),
    overlap: overlapPolicy.default('allow'),
    catchUp: catchUpPolicy.default('skip'),
    isPaused: z.boolean().default(false),
  }),
  response: scheduleSchema,
  status: 201,
  concurrency: 'etag',
  idempotent: true,
  errors: ['request.invalid', 'resource.notFound', 'resource.conflict', 'quota.exceeded'],
});

export const previewSchedule = route({
  id: 'previewSchedule',
  method: 'POST',
  path: '/schedules/preview',
  access: read,
  summary: 'When an expression fires next, with changes of the clock marked',
  body: z.strictObject({
    cronExpression,
    timezone: zoneName.default('UTC'),
    startsAt: timing.startsAt.default(null),
    endsAt: timing.endsAt.default(null),
    after: timestampInput.optional().describe('Now if missing.'),
    count: z.int().min(1).max(100).default(10),
  }),
  response: previewSchema,
  status: 200,
  errors: ['request.invalid'],
});

export const getSchedule = route({
  id: 'getSchedule',
  method: 'GET',
  path: '/schedules/{scheduleId}',
  access: read,
  summary: 'Read a schedule',
  params: scheduleParams,
  response: scheduleSchema,
  status: 200,
  concurrency: 'etag',
  errors: ['resource.notFound'],
});

export const updateSchedule = route({
  id: 'updateSchedule',
  method: 'PATCH',
  path: '/schedules/{scheduleId}',
  access: publish,
  summary: 'Change a further schedule; those of trigger nodes change with the node',
  params: scheduleParams,
  body: z.strictObject(timing).partial(),
  response: scheduleSchema,
  status: 200,
  concurrency: 'etag',
  errors: ['request.invalid', 'resource.notFound', 'resource.changed', 'resource.conflict'],
});

export const deleteSchedule = route({
  id: 'deleteSchedule',
  method: 'DELETE',
  path: '/schedules/{scheduleId}',
  access: publish,
  summary: 'Delete a further schedule; those of trigger nodes go with the node',
  params: scheduleParams,
  status: 204,
  concurrency: 'etag',
  errors: ['resource.notFound', 'resource.changed', 'resource.conflict'],
});

export const pauseSchedule = route({
  id: 'pauseSchedule',
  method: 'POST',
  path: '/schedules/{scheduleId}/pause',
  access: publish,
  summary: 'Let a schedule fire no more until it is resumed',
  params: scheduleParams,
  response: scheduleSchema,
  status: 200,
  concurrency: 'etag',
  errors: ['resource.notFound', 'resource.changed'],
});

export const resumeSchedule = route({
  id: 'resumeSchedule',
  method: 'POST',
  path: '/schedules/{scheduleId}/resume',
  access: publish,
  summary: 'Let a paused schedule fire again, from now on',
  params: scheduleParams,
  response: scheduleSchema,
  status: 200,
  concurrency: 'etag',
  errors: ['resource.notFound', 'resource.changed'],
});

export const scheduleRoutes = [
  listSchedules,
  createSchedule,
  previewSchedule,
  getSchedule,
  updateSchedule,
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
];
