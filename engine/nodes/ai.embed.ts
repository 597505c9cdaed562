import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import { modelParameters, needsModel, withModels } from './ai-node.ts';
import { defineNode } from './define-node.ts';
import { fieldPath, withField } from './field-path.ts';

export const aiEmbed = defineNode({
  type: 'ai.embed',
  name: 'Embed text',
  description: 'Gives the vector of a text of each item, many items in one call.',
  category: 'AI',
  icon: 'vector',
  isAi: true,
  effect: 'write',
  rawParameters: ['text'],
  parameters: z.strictObject({
    ...modelParameters,
    text: z
      .json()
      .default('')
      .meta({ title: 'Text', description: 'Evaluated for each item.', examples: ['{{ $json.title }}'] }),
    dimensions: z
      .int()
      .min(1)
      .max(8_192)
      .optional()
      .meta({ title: 'Dimensions', description: 'Where the model lets you choose.', examples: [512] }),
    batchSize: z
      .int()
      .min(1)
      .max(256)
      .default(64)
      .meta({ title: 'Batch size', description: 'Texts in one call.' }),
    destination: fieldPath
      .default('embedding')
      .meta({ title: 'Destination', description: 'The field the vector goes to.' }),
  }),
  check: (written) => [
    ...needsModel(written),
    ...(written.text ? [] : [{ pointer: '/text', message: 'must be the text of an item' }]),
  ],
  example: {
    parameters: { model: 'aim_01jd0000000000000000000000', text: '{{ $json.title }}' },
    input: [{ json: { title: 'Tea' } }],
    output: { main: [{ json: { title: 'Tea', embedding: [0.1, -0.2] } }] },
  },
  execute: async (call) => {
    const { parameters: given, items, evaluate, ports } = call;
    const texts = await Promise.all(
      items.map(async (_, index) => textIn(await evaluate(given.text, index), index)),
    );
    const vectors: (readonly number[])[] = [];
    const maxCostUsd = given.maxCostUsd === null ? null : given.maxCostUsd * items.length;
    for (let at = 0; at < texts.length; at += given.batchSize) {
      const batch = texts.slice(at, at + given.batchSize);
      const answer = await withModels(call, { ...given, maxCostUsd }, (asked) =>
        ports.ai.embed({ ...asked, texts: batch, dimensions: given.dimensions }),
      );
      vectors.push(...answer.vectors);
    }
    const main = items.map((item, index) => ({
      ...item,
      json: withField(item.json, given.destination, [...(vectors[index] ?? [])]),
    }));
    return { outputs: { main }, pairing: { main: 'same' } };
  },
});

const textIn = (value: Json | undefined, index: number): string => {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new NodeError(
    'ai.noText',
    `Item ${index} has no text to embed: ${JSON.stringify(value ?? null).slice(0, 100)}.`,
  );
};
