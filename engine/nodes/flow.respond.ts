import { z } from 'zod';
import type { Json } from '../item.ts';
import { defineNode, type NodeResult } from './define-node.ts';

/** What an answer may say of itself. Cookies and whatever steers a browser stay ours. */
const HEADERS =
  /^(content-type|content-language|content-disposition|cache-control|etag|last-modified|location|link|retry-after|vary|x-[a-z0-9-]+)$/i;

export const flowRespond = defineNode({
  type: 'flow.respond',
  name: 'Respond',
  description: 'Answers the one who called the webhook and waits. The first answer counts. Items pass on.',
  category: 'Flow',
  icon: 'reply',
  responds: true,
  // Kept as written, so that "no body" and "an expression that gives nothing" stay apart: the one sends the item.
  rawParameters: ['body'],
  parameters: z.strictObject({
    status: z.int().min(200).max(599).default(200).meta({ title: 'Status', description: 'An HTTP status.' }),
    headers: z
      .record(
        z.string().max(128).regex(HEADERS, 'is no header an answer may set'),
        z
          .string()
          .max(8_192)
          .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be one line of Latin-1 text'),
      )
      .default({})
      .meta({ title: 'Headers' }),
    body: z
      .json()
      .optional()
      .meta({
        title: 'Body',
        description:
          'Text is sent as text, anything else as JSON. Without it the JSON of the first item is sent.',
        examples: [{ accepted: true, id: '{{ $json.id }}' }],
      }),
    noBody: z
      .boolean()
      .default(false)
      .meta({ title: 'No body', description: 'Answers with the status and headers alone.' }),
  }),
  example: {
    parameters: { status: 201, body: { id: '{{ $json.id }}' } },
    input: [{ json: { id: 7 } }],
    output: { main: [{ json: { id: 7 } }] },
  },
  execute: ({ parameters: { status, headers, body, noBody }, items, evaluate }) => {
    const answer = (value: Json): NodeResult => ({
      outputs: { main: items },
      pairing: { main: 'same' },
      response: {
        status,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]),
        ),
        body: typeof value === 'string' ? { kind: 'text', value } : { kind: 'json', value },
      },
    });
    if (noBody) return answer('');
    if (body === undefined) return answer(items[0]?.json ?? {});
    const value = evaluate(body, 0);
    return value instanceof Promise ? value.then((late) => answer(late ?? null)) : answer(value ?? null);
  },
});
