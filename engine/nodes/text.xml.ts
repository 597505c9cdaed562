import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { asJson, defineTextNode, objectOf, textOf } from './text-node.ts';

/** Attributes are told from elements by this. */
const ATTRIBUTE = '@';
const OPTIONS = {
  ignoreAttributes: false,
  attributeNamePrefix: ATTRIBUTE,
  textNodeName: '#text',
  cdataPropName: false,
} as const;

export const textXml = defineTextNode({
  type: 'text.xml',
  name: 'XML',
  description:
    'Reads XML into an object, or writes an object as XML. Attributes begin with "@", text beside them is "#text".',
  icon: 'code',
  shape: {
    operation: z
      .enum(['parse', 'build'])
      .default('parse')
      .meta({ title: 'Operation', description: 'Reads XML, or writes it.' }),
    alwaysLists: z
      .array(z.string().min(1).max(256))
      .max(100)
      .default([])
      .meta({
        title: 'Always lists',
        description: 'Names of elements that become a list even where there is one only.',
        examples: [['item']],
      }),
    readNumbers: z.boolean().default(false).meta({
      title: 'Read numbers',
      description: 'Makes numbers and true/false of texts that look like them.',
    }),
    removePrefixes: z.boolean().default(false).meta({
      title: 'Remove prefixes',
      description: 'Leaves out what names of elements carry before the colon.',
    }),
    indent: z.boolean().default(false).meta({ title: 'Indent', description: 'Writes a line per element.' }),
  },
  example: {
    parameters: { value: '{{ $json.body }}' },
    input: [{ json: { body: '<order id="7"><sku>A</sku></order>' } }],
    output: {
      main: [
        {
          json: {
            body: '<order id="7"><sku>A</sku></order>',
            data: { order: { '@id': '7', sku: 'A' } },
          },
        },
      ],
    },
  },
  convert: async (value, given) => {
    const { XMLBuilder, XMLParser, XMLValidator } = await import('fast-xml-parser');
    if (given.operation === 'build')
      return new XMLBuilder({ ...OPTIONS, format: given.indent }).build(objectOf(value, 'XML')) as string;
    const text = textOf(value, 'XML');
    const valid = XMLValidator.validate(text);
    if (valid !== true) {
      const { msg, line, col } = valid.err;
      throw new NodeError('text.invalid', `The text is no XML: ${msg} (line ${line}, column ${col}).`);
    }
    const parser = new XMLParser({
      ...OPTIONS,
      // A document may declare entities that blow it up; the ones everybody knows are enough.
      processEntities: { enabled: true, maxEntityCount: 0 },
      htmlEntities: true,
      ignoreDeclaration: true,
      parseTagValue: given.readNumbers,
      parseAttributeValue: given.readNumbers,
      removeNSPrefix: given.removePrefixes,
      isArray: (name) => given.alwaysLists.includes(name),
    });
    return asJson(parser.parse(text));
  },
});
