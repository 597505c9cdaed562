import { z } from 'zod';
import type { ChatMessage, ChatPart } from '../ai/port.ts';
import { textOf } from '../ai/port.ts';
import { NodeError } from '../errors.ts';
import type { Item } from '../item.ts';
import type { FilePort } from '../ports.ts';
import { chat, chatParameters, needsModel, structured } from './ai-node.ts';
import { defineNode } from './define-node.ts';
import { fieldPath, withField } from './field-path.ts';
import { wholeFile } from './file-content.ts';
import { fileOf } from './item-file.ts';
import { schemaProblems } from './json-schema.ts';

/** What the providers take of one picture. */
const MOST_IMAGE_BYTES = 5 * 1024 * 1024;
const IMAGE_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

const message = z.strictObject({
  role: z
    .enum(['user', 'assistant'])
    .meta({ title: 'Role', description: 'Who said it: the person, or the model.' }),
  text: z
    .string()
    .max(500_000)
    .meta({ title: 'Text', description: 'What was said.', examples: ['{{ $json.question }}'] }),
});

export const aiPrompt = defineNode({
  type: 'ai.prompt',
  name: 'Ask a model',
  description:
    'Sends a prompt to a language model for each item: with earlier messages, pictures, and an answer in the form of a JSON Schema if you like.',
  category: 'AI',
  icon: 'sparkles',
  isAi: true,
  mode: 'perItem',
  concurrency: 4,
  effect: 'write',
  verbatimParameters: ['schema'],
  parameters: z.strictObject({
    ...chatParameters,
    system: z
      .string()
      .max(100_000)
      .default('')
      .meta({ title: 'System', description: 'Who the model is and how it answers.' }),
    prompt: z
      .string()
      .max(500_000)
      .default('')
      .meta({
        title: 'Prompt',
        description: 'What the model is to do or to answer.',
        examples: ['Answer politely: {{ $json.question }}'],
      }),
    messages: z
      .array(message)
      .max(200)
      .default([])
      .meta({ title: 'Messages', description: 'What was said before the prompt.' }),
    images: z.array(z.string().max(128)).max(10).default([]).meta({
      title: 'Pictures',
      description: 'Names of files of the item that go with the prompt.',
    }),
    schema: z
      .record(z.string(), z.json())
      .optional()
      .meta({
        title: 'Schema',
        description: 'JSON Schema of an object: the answer is such an object then, and not text.',
        examples: [{ type: 'object', properties: { tone: { type: 'string' } } }],
      }),
    cachePrompt: z.boolean().default(false).meta({
      title: 'Cache the system text',
      description: 'Where the provider can: a long system text that comes again costs less.',
    }),
    destination: fieldPath
      .default('answer')
      .meta({ title: 'Destination', description: 'The field the answer goes to.' }),
  }),
  check: (written) => [
    ...needsModel(written),
    ...(written.prompt ? [] : [{ pointer: '/prompt', message: 'must say what is asked' }]),
    ...(written.schema === undefined ? [] : schemaProblems(written.schema, '/schema')),
  ],
  example: {
    parameters: {
      model: 'aim_01jd0000000000000000000000',
      prompt: 'Translate into French: {{ $json.text }}',
    },
    input: [{ json: { text: 'Good morning' } }],
    output: { main: [{ json: { text: 'Good morning', answer: 'Bonjour' } }] },
  },
  execute: async (call) => {
    const {
      parameters: given,
      items: [item = { json: {} }],
      files,
    } = call;
    const earlier = given.messages.map(
      ({ role, text }): ChatMessage => ({ role, parts: [{ kind: 'text', text }] }),
    );
    const images = await Promise.all(given.images.map((name) => imageOf(files, item, name)));
    const messages: ChatMessage[] = [
      ...earlier,
      { role: 'user', parts: [...images, { kind: 'text', text: given.prompt }] },
    ];
    const question = { system: given.system, messages, isCached: given.cachePrompt };
    const answer = given.schema
      ? await structured(call, given, question, given.schema)
      : textOf(await chat(call, given, question));
    return { outputs: { main: [{ ...item, json: withField(item.json, given.destination, answer) }] } };
  },
});

const imageOf = async (files: FilePort, item: Item, name: string): Promise<ChatPart> => {
  const file = fileOf(item, name);
  if (!IMAGE_TYPES.includes(file.mediaType))
    throw new NodeError(
      'ai.picture',
      `File "${name}" is ${file.mediaType}; models take ${IMAGE_TYPES.join(', ')}.`,
    );
  return { kind: 'image', mediaType: file.mediaType, bytes: await wholeFile(files, file, MOST_IMAGE_BYTES) };
};
