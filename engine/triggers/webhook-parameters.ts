import { z } from 'zod';
import { webhookAuthentication } from './webhook-authentication.ts';

export const HOOK_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const method = z.enum(HOOK_METHODS);

/** `orders/:id`: segments of plain characters, or parameters with a name of their own. */
const PATTERN = /^(?:(?::[A-Za-z_][A-Za-z0-9_]{0,63}|[^/:?#\s]+)(?:\/(?!$)|$))*$/;
const ORIGIN = /^(\*|https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?|https?:\/\/\[[0-9a-f:]+\](?::\d{1,5})?)$/;

/** What an answer may say of itself. Cookies and whatever steers a browser stay ours. */
export const ANSWER_HEADER =
  /^(content-type|content-language|content-disposition|cache-control|etag|last-modified|location|link|retry-after|vary|x-[a-z0-9-]+)$/i;
export const ANSWER_HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export const webhookPath = z
  .string()
  .max(255)
  .regex(PATTERN, 'must be segments parted by "/", each plain or a :name, without "?" and "#"');

export const webhookSlug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 of a-z, 0-9 and "-", not at its ends');

/** What every trigger has that is started by calls to an address. */
export const webhookParameters = z.strictObject({
  path: webhookPath.default('').meta({
    title: 'Path',
    description: 'What follows the hook’s own address. A segment that begins with ":" is a parameter.',
    examples: ['orders/:id'],
  }),
  method: z
    .union([method, z.array(method).min(1).max(HOOK_METHODS.length)])
    .default('POST')
    .meta({ title: 'Method', description: 'The method this trigger takes, or a list of them.' }),
  slug: webhookSlug.optional().meta({
    title: 'Slug',
    description:
      'A readable address instead of a random one, unique among yours. It can be guessed, so use it with authentication.',
    examples: ['orders'],
  }),
  respond: z.enum(['immediately', 'lastNode', 'respondNode']).default('immediately').meta({
    title: 'Respond',
    description: 'At once; with the items of the last node; or as a Respond node says.',
  }),
  status: z
    .int()
    .min(200)
    .max(599)
    .optional()
    .meta({
      title: 'Status',
      description:
        'Of the answer; 202 at once and 200 of the last node if missing. A Respond node says its own.',
      examples: [201],
    }),
  headers: z
    .record(
      z.string().max(128).regex(ANSWER_HEADER, 'is no header an answer may set'),
      z.string().max(8_192).regex(ANSWER_HEADER_VALUE, 'must be one line of Latin-1 text'),
    )
    .default({})
    .meta({ title: 'Headers', description: 'Of the answer at once and of the last node.' }),
  body: z
    .json()
    .optional()
    .meta({
      title: 'Body',
      description: 'Of the answer at once: text, or JSON. The id of the execution if missing.',
      examples: [{ received: true }],
    }),
  data: z.enum(['auto', 'first', 'all', 'file', 'none']).default('auto').meta({
    title: 'Data',
    description:
      'Of the answer of the last node: its item, or list if there are several (auto); the first item; all as a list; the first file; nothing.',
  }),
  authentication: webhookAuthentication.prefault({ kind: 'none' }).meta({
    title: 'Authentication',
    description: 'How a caller shows who they are. The secret is kept with the webhook, not here.',
  }),
  allowedAddresses: z
    .array(z.string().max(64))
    .max(100)
    .default([])
    .meta({
      title: 'Allowed addresses',
      description: 'Addresses and networks that may call; all if empty.',
      examples: [['192.0.2.7', '2001:db8::/32']],
    }),
  allowedOrigins: z
    .array(z.string().max(255).regex(ORIGIN, 'must be an origin like https://app.example.com, or *'))
    .max(50)
    .default([])
    .meta({
      title: 'Allowed origins',
      description: 'Pages of other sites that may call and read the answer (CORS).',
    }),
  onlyIf: z
    .string()
    .max(4_096)
    .optional()
    .meta({
      title: 'Only if',
      description:
        'An expression of the request: a call it is not true for starts nothing and is answered 204.',
      examples: ["{{ $json.body.action = 'opened' }}"],
    }),
  deduplicateBy: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .meta({
      title: 'Deduplicate by',
      description:
        'The name of a header, or an expression of the request: a second call with the same value gets the first one’s execution.',
      examples: ['x-github-delivery', '{{ $json.body.id }}'],
    }),
  maxPerMinute: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .meta({
      title: 'Most calls per minute',
      description: 'Calls beyond are answered 429. Those that do not show who they are do not count.',
      examples: [60],
    }),
  rawBody: z.boolean().default(false).meta({
    title: 'Raw body',
    description: 'Brings the body, byte by byte as it came, as the file `rawBody` too.',
  }),
});
export type WebhookParameters = z.output<typeof webhookParameters>;

export const methodsOf = ({
  method,
}: Pick<WebhookParameters, 'method'>): readonly (typeof HOOK_METHODS)[number][] =>
  typeof method === 'string' ? [method] : [...new Set(method)];
