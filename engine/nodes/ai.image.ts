import { z } from 'zod';
import { modelParameters, needsModel, withModels } from './ai-node.ts';
import { defineNode } from './define-node.ts';
import { fileParameter, newFileName } from './file-content.ts';

const side = (title: string) =>
  z.int().min(64).max(4_096).default(1_024).meta({ title, description: 'Pixels.' });

export const aiImage = defineNode({
  type: 'ai.image',
  name: 'Make a picture',
  description: 'Makes a picture from a description, as a file of the item.',
  category: 'AI',
  icon: 'image',
  isAi: true,
  mode: 'perItem',
  concurrency: 2,
  effect: 'write',
  parameters: z.strictObject({
    ...modelParameters,
    prompt: z.string().max(20_000).default('').meta({ title: 'Prompt', description: 'What is to be seen.' }),
    width: side('Width'),
    height: side('Height'),
    file: fileParameter,
    fileName: newFileName('picture.png'),
  }),
  check: (written) => [
    ...needsModel(written),
    ...(written.prompt ? [] : [{ pointer: '/prompt', message: 'must describe the picture' }]),
  ],
  example: {
    parameters: { model: 'aim_01jd0000000000000000000000', prompt: 'A {{ $json.animal }} in a garden' },
    input: [{ json: { animal: 'heron' } }],
    output: { main: [{ json: { animal: 'heron' } }] },
  },
  execute: async (call) => {
    const {
      parameters: given,
      items: [item = { json: {} }],
      files,
      ports,
    } = call;
    const { prompt, width, height } = given;
    const { bytes, mediaType } = await withModels(call, given, (asked) =>
      ports.ai.image({ ...asked, prompt, width, height }),
    );
    const made = await files.save(bytes, { fileName: given.fileName, mediaType });
    return { outputs: { main: [{ ...item, binary: { ...item.binary, [given.file]: made } }] } };
  },
});
