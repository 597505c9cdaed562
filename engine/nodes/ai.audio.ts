import { z } from 'zod';
import { modelParameters, needsModel, withModels } from './ai-node.ts';
import { defineNode } from './define-node.ts';
import { fieldPath, withField } from './field-path.ts';
import { fileParameter, newFileName, wholeFile } from './file-content.ts';
import { fileOf } from './item-file.ts';

/** What speech services take in one request. */
const MOST_BYTES = 25 * 1024 * 1024;

export const aiAudio = defineNode({
  type: 'ai.audio',
  name: 'Speech',
  description: 'Writes down what is said in a file, or speaks a text into one.',
  category: 'AI',
  icon: 'mic',
  isAi: true,
  mode: 'perItem',
  concurrency: 2,
  effect: 'write',
  parameters: z.strictObject({
    ...modelParameters,
    operation: z
      .enum(['transcribe', 'speak'])
      .default('transcribe')
      .meta({ title: 'Operation', description: 'Writes down a file, or speaks a text.' }),
    file: fileParameter,
    language: z
      .string()
      .max(16)
      .optional()
      .meta({
        title: 'Language',
        description: 'Of the speech, as "de"; found out when left out.',
        examples: ['de'],
      }),
    destination: fieldPath
      .default('text')
      .meta({ title: 'Destination', description: 'The field what was said goes to.' }),
    text: z.string().max(20_000).default('').meta({ title: 'Text', description: 'What is spoken.' }),
    voice: z
      .string()
      .min(1)
      .max(64)
      .default('alloy')
      .meta({ title: 'Voice', description: 'A name that the model knows.' }),
    format: z
      .enum(['mp3', 'wav', 'opus', 'flac'])
      .default('mp3')
      .meta({ title: 'Format', description: 'Of the file that is made.' }),
    fileName: newFileName('speech.mp3'),
  }),
  check: (written) => [
    ...needsModel(written),
    ...(written.operation === 'speak' && !written.text
      ? [{ pointer: '/text', message: 'must be what is spoken' }]
      : []),
  ],
  example: {
    parameters: {
      model: 'aim_01jd0000000000000000000000',
      operation: 'speak',
      text: 'Order {{ $json.id }} is ready.',
    },
    input: [{ json: { id: 7 } }],
    output: { main: [{ json: { id: 7 } }] },
  },
  execute: async (call) => {
    const {
      parameters: given,
      items: [item = { json: {} }],
      files,
      ports,
    } = call;
    if (given.operation === 'speak') {
      const { text, voice, format } = given;
      const { bytes, mediaType } = await withModels(call, given, (asked) =>
        ports.ai.speak({ ...asked, text, voice, format }),
      );
      const made = await files.save(bytes, { fileName: given.fileName, mediaType });
      return { outputs: { main: [{ ...item, binary: { ...item.binary, [given.file]: made } }] } };
    }
    const file = fileOf(item, given.file);
    const bytes = await wholeFile(files, file, MOST_BYTES);
    const about = {
      bytes,
      fileName: file.fileName ?? 'speech',
      mediaType: file.mediaType,
      language: given.language,
    };
    const { text } = await withModels(call, given, (asked) => ports.ai.transcribe({ ...asked, ...about }));
    return { outputs: { main: [{ ...item, json: withField(item.json, given.destination, text) }] } };
  },
});
