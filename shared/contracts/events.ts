import { z } from 'zod';
import { label, timestamp, timestampInput } from './fields.ts';
import { route } from './route.ts';

/** EventBridge takes 256 KB with everything; this leaves room for what goes with it. */
export const MAX_EVENT_BYTES = 200 * 1024;

const fields = {
  id: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters')
    .optional()
    .describe('An event with an id that you have sent before is the same event. Made if missing.'),
  source: label(256).refine((source) => !source.startsWith('aws.'), 'must not begin with "aws."'),
  detailType: label(128),
  detail: z.record(z.string(), z.json()).optional(),
  resources: z.array(z.string().max(2_048)).max(100).optional(),
  time: timestampInput.optional().describe('Now if missing.'),
  shared: z.boolean().optional().describe('Admins only: the workflows of everybody may see it.'),
};
const event = z.strictObject(fields);
export type SentEvent = z.output<typeof event>;

/** One event, or a list of them under `events`. */
const sent = z
  .strictObject({
    ...fields,
    source: fields.source.optional(),
    detailType: fields.detailType.optional(),
    events: z.array(event).min(1).max(100).optional().describe('Several; nothing else is given then.'),
  })
  .transform(({ events, ...single }, context): SentEvent[] => {
    if (events === undefined) {
      for (const name of ['source', 'detailType'] as const)
        if (single[name] === undefined)
          context.addIssue({ code: 'custom', path: [name], message: 'is needed, or a list of events' });
      return [single as SentEvent];
    }
    for (const name of Object.keys(single))
      context.addIssue({ code: 'custom', path: [name], message: 'belongs into each of the events' });
    return events;
  });

export const putEvents = route({
  id: 'putEvents',
  method: 'POST',
  path: '/events',
  access: { who: 'user', scope: 'event:write' },
  summary: 'Send an event, or several: workflows whose pattern it fits are started',
  body: sent,
  response: z
    .object({ events: z.array(z.object({ id: z.string(), time: timestamp })) })
    .meta({ id: 'SentEvents', description: 'They are safe; workflows start in a moment.' }),
  status: 202,
  idempotent: true,
  errors: [
    'request.invalid',
    'request.tooLarge',
    'auth.forbidden',
    'execution.tooManyHops',
    'quota.exceeded',
    'service.unavailable',
  ],
});

export const testPattern = route({
  id: 'testEventPattern',
  method: 'POST',
  path: '/events/test-pattern',
  access: { who: 'user', scope: 'workflow:read' },
  summary: 'Whether a pattern fits an event, and what is wrong with the pattern',
  body: z.strictObject({
    pattern: z.record(z.string(), z.json()),
    event,
  }),
  response: z
    .object({
      matches: z.boolean(),
      problem: z.object({ pointer: z.string(), message: z.string() }).nullable(),
    })
    .meta({ id: 'PatternTest' }),
  status: 200,
  errors: ['request.invalid'],
});

export const eventRoutes = [putEvents, testPattern];
