import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
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
    if (given.operation === 'build') {
      const written = objectOf(value, 'XML');
      checkNames(written);
      return new XMLBuilder({ ...OPTIONS, format: given.indent }).build(written) as string;
    }
    const text = textOf(value, 'XML');
    const valid = XMLValidator.validate(text);
    if (valid !== true) {
      const { msg, line, col } = valid.err;
      const place = [line && `line ${line}`, col && `column ${col}`].filter(Boolean).join(', ');
      const message = `The text is no XML: ${msg.replace(/\.$/, '')}${place ? ` (${place})` : ''}.`;
      throw new NodeError('text.invalid', message);
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

/** What XML 1.0 takes for a name of an element or an attribute (§2.3), nearly: by kinds of characters. */
const NAME = /^[\p{L}_:][\p{L}\p{N}\p{M}_:.·-]*$/u;

/** The builder writes whatever a field is called, and a name from outside could bring elements of its own. Throws `text.invalid`. */
const checkNames = (value: Json): void => {
  if (Array.isArray(value)) for (const each of value) checkNames(each);
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) {
      const name = key.startsWith(ATTRIBUTE) ? key.slice(1) : key.replace(/^\?/, '');
      if (key !== OPTIONS.textNodeName && !NAME.test(name))
        throw new NodeError(
          'text.invalid',
          `${JSON.stringify(key)} is no name of an element or, with "@", of an attribute: no spaces, and no digit first.`,
        );
      checkNames(each as Json);
    }
};
