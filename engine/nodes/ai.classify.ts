import { z } from 'zod';
import type { JsonObject } from '../item.ts';
import { asData, chatParameters, DATA_RULE, needsModel, structured, userText } from './ai-node.ts';
import { defineNode } from './define-node.ts';
import { fieldPath, withField } from './field-path.ts';

const OTHER = 'other';

const category = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"')
    .meta({ title: 'Name', description: 'Also the port its items leave by.', examples: ['complaint'] }),
  description: z
    .string()
    .max(2_000)
    .default('')
    .meta({ title: 'Description', description: 'What belongs here.' }),
  examples: z
    .array(z.string().max(2_000))
    .max(20)
    .default([])
    .meta({ title: 'Examples', description: 'Texts that belong here.' }),
});

const namesIn = ({ categories }: JsonObject): string[] =>
  (Array.isArray(categories) ? categories : []).flatMap((each) => {
    const name = (each as JsonObject | null)?.name;
    return typeof name === 'string' && name !== OTHER ? [name] : [];
  });

export const aiClassify = defineNode({
  type: 'ai.classify',
  name: 'Classify',
  description:
    'Decides which category a text belongs to; each category is a port, and what fits none leaves by "other".',
  category: 'AI',
  icon: 'split',
  isAi: true,
  mode: 'perItem',
  concurrency: 4,
  effect: 'write',
  outputs: (written) => [...namesIn(written), OTHER],
  parameters: z.strictObject({
    ...chatParameters,
    text: z
      .string()
      .max(500_000)
      .default('')
      .meta({
        title: 'Text',
        description: 'What is sorted into a category.',
        examples: ['{{ $json.mail }}'],
      }),
    categories: z
      .array(category)
      .max(50)
      .default([])
      .meta({ title: 'Categories', description: 'Where a text can belong; each becomes an output.' }),
    multiple: z
      .boolean()
      .default(false)
      .meta({ title: 'Multiple', description: 'An item may belong to several, and leaves by each.' }),
    instructions: z
      .string()
      .max(20_000)
      .default('')
      .meta({ title: 'Instructions', description: 'What else to know.' }),
    destination: fieldPath
      .default('categories')
      .meta({ title: 'Destination', description: 'The field the names go to.' }),
  }),
  check: (written) => [
    ...needsModel(written),
    ...(written.text ? [] : [{ pointer: '/text', message: 'must be the text to classify' }]),
    ...(namesIn(written).length > 0 ? [] : [{ pointer: '/categories', message: 'must have a category' }]),
    ...namesIn(written).flatMap((name, index, names) =>
      names.indexOf(name) < index
        ? [{ pointer: `/categories/${index}/name`, message: 'is the name of another one, too' }]
        : [],
    ),
  ],
  example: {
    parameters: {
      model: 'aim_01jd0000000000000000000000',
      text: '{{ $json.mail }}',
      categories: [{ name: 'complaint', description: 'Something went wrong.' }, { name: 'question' }],
    },
    input: [{ json: { mail: 'My parcel is broken.' } }],
    output: { complaint: [{ json: { mail: 'My parcel is broken.', categories: ['complaint'] } }] },
  },
  execute: async (call) => {
    const {
      parameters: given,
      items: [item = { json: {} }],
    } = call;
    const names = given.categories.map(({ name }) => name);
    const listed = given.categories.map(
      ({ name, description, examples }) =>
        `- ${name}${description === '' ? '' : `: ${description}`}${examples.map((each) => `\n  for example: ${each}`).join('')}`,
    );
    const system = [
      `You sort texts into categories${given.multiple ? '; a text may belong to several' : ', each text into one'}. What fits none is "${OTHER}".\n${listed.join('\n')}`,
      given.instructions,
      DATA_RULE,
    ];
    const schema: JsonObject = {
      type: 'object',
      properties: {
        categories: {
          type: 'array',
          items: { type: 'string', enum: [...names, OTHER] },
          minItems: 1,
          maxItems: given.multiple ? names.length + 1 : 1,
        },
      },
      required: ['categories'],
    };
    const question = {
      system: system.filter(Boolean).join('\n\n'),
      messages: [userText(asData(given.text))],
    };
    const answer = await structured(
      call,
      { ...given, temperature: given.temperature ?? 0 },
      question,
      schema,
    );
    const chosen = [...new Set(answer.categories as readonly string[])];
    const found = chosen.length > 1 ? chosen.filter((name) => name !== OTHER) : chosen;
    const made = { ...item, json: withField(item.json, given.destination, found) };
    return { outputs: Object.fromEntries(found.map((name) => [name, [made]])) };
  },
});
