import { z } from 'zod';
import type { WorkflowResponse } from '../interpreter/event.ts';
import type { Json } from '../item.ts';
import { ANSWER_HEADER, ANSWER_HEADER_VALUE } from '../triggers/webhook-parameters.ts';
import { defineNode, type NodeResult } from './define-node.ts';
import { fileOf } from './item-file.ts';

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
        z.string().max(128).regex(ANSWER_HEADER, 'is no header an answer may set'),
        z.string().max(8_192).regex(ANSWER_HEADER_VALUE, 'must be one line of Latin-1 text'),
      )
      .default({})
      .meta({
        title: 'Headers',
        description: 'Of the answer; without a content type, text and JSON get their own.',
      }),
    body: z
      .json()
      .optional()
      .meta({
        title: 'Body',
        description:
          'Text is sent as text, anything else as JSON. Without it the JSON of the first item is sent.',
        examples: [{ accepted: true, id: '{{ $json.id }}' }],
      }),
    file: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .meta({
        title: 'File',
        description: 'The name of a file of the first item, which is sent instead of a body.',
        examples: ['data'],
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
  execute: ({ parameters: { status, headers, body, file, noBody }, items, evaluate }) => {
    const answer = (content: WorkflowResponse['body']): NodeResult => ({
      outputs: { main: items },
      pairing: { main: 'same' },
      response: {
        status,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]),
        ),
        body: content,
      },
    });
    if (noBody) return answer(inWords(''));
    if (file !== undefined) return answer({ kind: 'file', file: fileOf(items[0] ?? { json: {} }, file) });
    if (body === undefined) return answer(inWords(items[0]?.json ?? {}));
    const value = evaluate(body, 0);
    return value instanceof Promise
      ? value.then((late) => answer(inWords(late ?? null)))
      : answer(inWords(value ?? null));
  },
});

const inWords = (value: Json): WorkflowResponse['body'] =>
  typeof value === 'string' ? { kind: 'text', value } : { kind: 'json', value };
