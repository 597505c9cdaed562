import { z } from 'zod';
import { asData, chatParameters, DATA_RULE, needsModel, structured, userText } from './ai-node.ts';
import { defineNode } from './define-node.ts';
import { fieldPath, withField } from './field-path.ts';
import { schemaProblems } from './json-schema.ts';

const SYSTEM = `You take facts out of texts. Give what the text says and nothing else; where it does not say something that may be left out, leave it out. ${DATA_RULE}`;

export const aiExtract = defineNode({
  type: 'ai.extract',
  name: 'Extract data',
  description: 'Takes facts out of a text, in the form of a JSON Schema.',
  category: 'AI',
  icon: 'scan-text',
  isAi: true,
  mode: 'perItem',
  concurrency: 4,
  effect: 'write',
  verbatimParameters: ['schema'],
  parameters: z.strictObject({
    ...chatParameters,
    text: z
      .string()
      .max(500_000)
      .default('')
      .meta({ title: 'Text', description: 'What is read.', examples: ['{{ $json.mail }}'] }),
    schema: z.record(z.string(), z.json()).default({}).meta({
      title: 'Schema',
      description:
        'JSON Schema of an object with what is wanted; descriptions of its properties help the model.',
    }),
    instructions: z
      .string()
      .max(20_000)
      .default('')
      .meta({ title: 'Instructions', description: 'What else to know.' }),
    destination: fieldPath
      .default('extracted')
      .meta({ title: 'Destination', description: 'The field the data goes to.' }),
  }),
  check: (written) => [
    ...needsModel(written),
    ...(written.text ? [] : [{ pointer: '/text', message: 'must be the text to read' }]),
    ...schemaProblems(written.schema, '/schema'),
  ],
  example: {
    parameters: {
      model: 'aim_01jd0000000000000000000000',
      text: '{{ $json.mail }}',
      schema: { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] },
    },
    input: [{ json: { mail: 'The bill is 12.50 €.' } }],
    output: { main: [{ json: { mail: 'The bill is 12.50 €.', extracted: { total: 12.5 } } }] },
  },
  execute: async (call) => {
    const {
      parameters: given,
      items: [item = { json: {} }],
    } = call;
    const system = [SYSTEM, given.instructions].filter(Boolean).join('\n\n');
    const question = { system, messages: [userText(asData(given.text))] };
    const extracted = await structured(
      call,
      { ...given, temperature: given.temperature ?? 0 },
      question,
      given.schema,
    );
    return { outputs: { main: [{ ...item, json: withField(item.json, given.destination, extracted) }] } };
  },
});
