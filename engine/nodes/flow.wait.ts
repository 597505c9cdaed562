import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Item, Json, JsonObject } from '../item.ts';
import { loadLuxon, readTime } from './date-time.ts';
import { defineNode, type NodeCall, type NodeResult } from './define-node.ts';
import { durationSchema, endOfWait, millisecondsOf } from './duration.ts';
import { zoneProblems } from './written-zone.ts';

const parameters = z.strictObject({
  kind: z.enum(['duration', 'until', 'callback']).default('duration').meta({
    title: 'Kind',
    description: 'For a length of time, until a moment, or until somebody calls the resume URL.',
  }),
  duration: durationSchema
    .prefault({ amount: 1, unit: 'minutes' })
    .meta({ title: 'Duration', description: 'How long, when it waits for a time to pass.' }),
  until: z
    .json()
    .optional()
    .meta({
      title: 'Until',
      description: 'A moment, in ISO 8601 or another common form.',
      examples: ['{{ $json.dueAt }}'],
    }),
  timezone: z.string().max(64).default('UTC').meta({
    title: 'Time zone',
    description: 'The IANA zone of an "until" that does not say its own.',
  }),
  timeout: durationSchema.nullable().default(null).meta({
    title: 'Timeout',
    description: 'How long a callback is waited for; without one as long as the execution may live.',
  }),
  onTimeout: z.enum(['error', 'continue', 'branch']).default('error').meta({
    title: 'On timeout',
    description: 'Fails the node, goes on without an answer, or leaves by the port "timeout".',
  }),
});

type Given = z.output<typeof parameters>;

const outputsOf = ({ kind, onTimeout }: JsonObject): readonly string[] => {
  if (kind !== 'callback') return ['main'];
  return onTimeout === 'branch' ? ['main', 'link', 'timeout'] : ['main', 'link'];
};

const same = (port: string, items: readonly Item[]): NodeResult => ({
  outputs: { [port]: items },
  pairing: { [port]: 'same' },
});

const withField = (items: readonly Item[], name: string, value: Json): readonly Item[] =>
  items.map((item) => ({ ...item, json: { ...item.json, [name]: value } }));

const begin = async (call: NodeCall<Given>): Promise<NodeResult> => {
  const { parameters: given, items, ports } = call;
  const now = ports.clock.now();
  if (given.kind === 'callback') {
    const until = given.timeout && endOfWait(now, millisecondsOf(given.timeout));
    const url = await call.link();
    return {
      ...same('link', withField(items, 'resumeUrl', url)),
      wait: { kind: 'callback', until, url },
    };
  }
  const until =
    given.kind === 'duration'
      ? endOfWait(now, millisecondsOf(given.duration))
      : endOfWait(now, Math.max(0, (await momentOf(given)) - now));
  return { outputs: {}, wait: { kind: 'timer', until } };
};

const momentOf = async ({ until, timezone }: Given): Promise<number> =>
  readTime(await loadLuxon(), until, timezone, undefined).toMillis();

export const flowWait = defineNode({
  type: 'flow.wait',
  name: 'Wait',
  description:
    'Holds its items back for a time, until a moment, or until the address is called that it gives out at once by "link", as the field resumeUrl of each item. Nothing runs meanwhile.',
  category: 'Flow',
  icon: 'clock',
  outputs: outputsOf,
  breaksCycle: true,
  parameters,
  check: ({ kind, until, timezone }) => [
    ...zoneProblems(timezone),
    ...(kind === 'until' && until === undefined
      ? [{ pointer: '/until', message: 'is needed to wait until a moment' }]
      : []),
  ],
  example: {
    parameters: { kind: 'callback', timeout: { amount: 2, unit: 'days' }, onTimeout: 'continue' },
    input: [{ json: { order: 7 } }],
    output: { main: [{ json: { order: 7, callback: { body: { paid: true } } } }] },
  },
  execute: begin,
  resume: ({ parameters: { onTimeout }, items }, { reason }) => {
    if (reason.kind === 'answer') return same('main', withField(items, 'callback', reason.data));
    if (reason.kind !== 'timeout' || onTimeout === 'continue') return same('main', items);
    if (onTimeout === 'branch') return same('timeout', items);
    throw new NodeError('wait.timeout', 'Nobody called the resume URL in time.');
  },
});
