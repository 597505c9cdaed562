import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { FormField } from '../interpreter/event.ts';
import type { Item, JsonObject } from '../item.ts';
import { defineNode, type NodeResult } from './define-node.ts';
import { durationSchema, endOfWait, millisecondsOf } from './duration.ts';

/** The answers there are, and the ports they leave by. */
const CHOICES = { approve: 'approved', reject: 'rejected' } as const;

const field = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must be a letter, then letters, digits, "_" or "-"')
    .meta({ title: 'Name', description: 'What the answer is called in the item.', examples: ['reason'] }),
  label: z
    .string()
    .max(200)
    .default('')
    .meta({ title: 'Label', description: 'What stands before the field; its name when empty.' }),
  kind: z
    .enum(['text', 'longText', 'number', 'boolean', 'select', 'date'])
    .default('text')
    .meta({ title: 'Kind', description: 'What can be entered.' }),
  required: z
    .boolean()
    .default(false)
    .meta({ title: 'Required', description: 'Nobody can answer without it.' }),
  options: z
    .array(z.string().min(1).max(200))
    .max(100)
    .default([])
    .meta({ title: 'Options', description: 'What can be selected.' }),
});

const parameters = z.strictObject({
  title: z
    .string()
    .min(1)
    .max(200)
    .default('Approval needed')
    .meta({ title: 'Title', description: 'The heading of the page that asks.' }),
  message: z
    .string()
    .max(10_000)
    .default('')
    .meta({
      title: 'Message',
      description: 'What is to be decided. Shown as plain text.',
      examples: ['Order {{ $json.id }} over {{ $json.total }} €'],
    }),
  fields: z
    .array(field)
    .max(30)
    .default([])
    .meta({ title: 'Fields', description: 'What is asked besides, as a small form.' }),
  timeout: durationSchema.nullable().default(null).meta({
    title: 'Timeout',
    description: 'How long it is waited; without one as long as the execution may live.',
  }),
  onTimeout: z.enum(['error', 'approve', 'reject', 'branch']).default('error').meta({
    title: 'On timeout',
    description: 'Fails the node, decides, or leaves by the port "timeout".',
  }),
});

const by = (port: string, items: readonly Item[], approval: JsonObject): NodeResult => ({
  outputs: { [port]: items.map((item) => ({ ...item, json: { ...item.json, approval } })) },
  pairing: { [port]: 'same' },
});

const portOf = (choice: unknown): string | undefined =>
  typeof choice === 'string' && Object.hasOwn(CHOICES, choice)
    ? CHOICES[choice as keyof typeof CHOICES]
    : undefined;

export const flowApproval = defineNode({
  type: 'flow.approval',
  name: 'Approval',
  description:
    'Waits for a person to approve or reject. The links leave at once by "link", as the fields formUrl, approveUrl and rejectUrl of each item, to be sent to them; opening one shows what is asked, and only the button there decides. The answer is in the field approval.',
  category: 'Flow',
  icon: 'user-check',
  outputs: ({ onTimeout }) => [
    'approved',
    'rejected',
    'link',
    ...(onTimeout === 'branch' ? ['timeout'] : []),
  ],
  breaksCycle: true,
  parameters,
  check: ({ fields }) => {
    const names = Array.isArray(fields) ? fields.map((each) => (each as JsonObject | null)?.name) : [];
    return names.flatMap((name, index) =>
      names.indexOf(name) < index
        ? [{ pointer: `/fields/${index}/name`, message: 'is the name of another field, too' }]
        : [],
    );
  },
  example: {
    parameters: {
      message: 'Pay {{ $json.total }} €?',
      fields: [{ name: 'comment', kind: 'longText' }],
      timeout: { amount: 3, unit: 'days' },
      onTimeout: 'reject',
    },
    input: [{ json: { total: 900 } }],
    output: {
      approved: [{ json: { total: 900, approval: { choice: 'approve', fields: { comment: 'fine' } } } }],
    },
  },
  execute: async ({ parameters: given, items, ports, link }) => {
    const [url, approveUrl, rejectUrl] = await Promise.all([link(), link('approve'), link('reject')]);
    const links = { formUrl: url, approveUrl, rejectUrl };
    const fields = given.fields.map(
      (each): FormField => ({ ...each, label: each.label === '' ? each.name : each.label }),
    );
    return {
      outputs: { link: items.map((item) => ({ ...item, json: { ...item.json, ...links } })) },
      pairing: { link: 'same' },
      wait: {
        kind: 'approval',
        until: given.timeout && endOfWait(ports.clock.now(), millisecondsOf(given.timeout)),
        url,
        form: { title: given.title, message: given.message, choices: Object.keys(CHOICES), fields },
      },
    };
  },
  resume: ({ parameters: { onTimeout }, items }, { reason }) => {
    if (reason.kind === 'answer') {
      const answer = reason.data as JsonObject | null;
      const port = portOf(answer?.choice);
      if (port === undefined) {
        throw new NodeError('approval.badAnswer', 'The answer is neither "approve" nor "reject".');
      }
      return by(port, items, answer ?? {});
    }
    if (onTimeout === 'branch') return { outputs: { timeout: items }, pairing: { timeout: 'same' } };
    const port = portOf(onTimeout);
    if (port !== undefined) return by(port, items, { choice: onTimeout, fields: {}, timedOut: true });
    throw new NodeError('approval.timeout', 'Nobody decided in time.');
  },
});
