import { z } from 'zod';
import { textOf } from '../ai/port.ts';
import { NodeError } from '../errors.ts';
import { asData, chat, chatParameters, DATA_RULE, needsModel, userText } from './ai-node.ts';
import { chunksOf } from './chunks.ts';
import { defineNode } from './define-node.ts';
import { fieldPath, withField } from './field-path.ts';

const MOST_PARTS = 100;
const AT_ONCE = 4;

export const aiSummarise = defineNode({
  type: 'ai.summarise',
  name: 'Summarise text',
  description:
    'Summarises a text of each item. One that is too long for the model is summarised part by part first.',
  category: 'AI',
  icon: 'text-shrink',
  isAi: true,
  mode: 'perItem',
  concurrency: 2,
  effect: 'write',
  parameters: z.strictObject({
    ...chatParameters,
    text: z
      .string()
      .max(5_000_000)
      .default('')
      .meta({ title: 'Text', description: 'What is made shorter.', examples: ['{{ $json.article }}'] }),
    instructions: z.string().max(20_000).default('In a few sentences, with what matters most first.').meta({
      title: 'Instructions',
      description: 'How long the summary is, for whom, and what must be in it.',
    }),
    partCharacters: z.int().min(1_000).max(500_000).default(24_000).meta({
      title: 'Longest part',
      description: 'Characters of a text that are summarised at once.',
    }),
    destination: fieldPath
      .default('summary')
      .meta({ title: 'Destination', description: 'The field the summary goes to.' }),
  }),
  check: (written) => [
    ...needsModel(written),
    ...(written.text ? [] : [{ pointer: '/text', message: 'must be the text to summarise' }]),
  ],
  example: {
    parameters: { model: 'aim_01jd0000000000000000000000', text: '{{ $json.article }}' },
    input: [{ json: { article: 'Once upon a time …' } }],
    output: { main: [{ json: { article: 'Once upon a time …', summary: 'A fairy tale.' } }] },
  },
  execute: async (call) => {
    const {
      parameters: given,
      items: [item = { json: {} }],
    } = call;
    const system = `You summarise texts. ${given.instructions}\n\n${DATA_RULE}`;
    const one = async (text: string): Promise<string> =>
      textOf(await chat(call, given, { system, messages: [userText(asData(text))] })).trim();
    let text = given.text;
    for (
      let parts = chunksOf(text, given.partCharacters);
      parts.length > 1;
      parts = chunksOf(text, given.partCharacters)
    ) {
      if (parts.length > MOST_PARTS)
        throw new NodeError(
          'ai.tooLong',
          `The text has ${parts.length} parts of ${given.partCharacters} characters; ${MOST_PARTS} are allowed.`,
        );
      const before = text.length;
      text = (await inTurns(parts, one)).join('\n\n');
      if (text.length >= before)
        throw new NodeError('ai.notShorter', 'The summaries of the parts are no shorter than the text.');
    }
    return {
      outputs: { main: [{ ...item, json: withField(item.json, given.destination, await one(text)) }] },
    };
  },
});

const inTurns = async (
  parts: readonly string[],
  one: (part: string) => Promise<string>,
): Promise<string[]> => {
  const done: string[] = [];
  for (let at = 0; at < parts.length; at += AT_ONCE)
    done.push(...(await Promise.all(parts.slice(at, at + AT_ONCE).map(one))));
  return done;
};
