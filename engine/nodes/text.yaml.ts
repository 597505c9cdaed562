import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { asJson, defineTextNode, textOf } from './text-node.ts';

export const textYaml = defineTextNode({
  type: 'text.yaml',
  name: 'YAML',
  description: 'Reads YAML 1.2 text, or writes a value as YAML.',
  icon: 'list-tree',
  shape: {
    operation: z
      .enum(['parse', 'build'])
      .default('parse')
      .meta({ title: 'Operation', description: 'Reads YAML, or writes it.' }),
    documents: z.enum(['one', 'all']).default('one').meta({
      title: 'Documents',
      description: 'With all, a list: texts parted by "---" hold several.',
    }),
  },
  example: {
    parameters: { value: '{{ $json.body }}' },
    input: [{ json: { body: 'id: 7' } }],
    output: { main: [{ json: { body: 'id: 7', data: { id: 7 } } }] },
  },
  convert: async (value, { operation, documents }) => {
    const { parse, parseAllDocuments, stringify } = await import('yaml');
    if (operation === 'build') return stringify(value);
    const text = textOf(value, 'YAML');
    try {
      if (documents === 'one') return asJson(parse(text));
      return [...parseAllDocuments(text)].map((document) => {
        const [problem] = document.errors;
        if (problem) throw problem;
        return asJson(document.toJS());
      });
    } catch (cause) {
      // What follows the first line is the place, drawn with a caret.
      const [reason = ''] = (cause as Error).message.split('\n');
      const message = `The text is no YAML: ${reason.replace(/:$/, '')}.`;
      throw new NodeError('text.invalid', message, { cause });
    }
  },
});
