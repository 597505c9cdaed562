import type { NodeType } from '../../../engine/nodes/define-node.ts';
import { SchemaBook } from '../../../shared/contracts/schema-book.ts';
import { effectOf } from './effect-words.ts';
import { code, json, paragraphs, table } from './markdown.ts';
import { parameterRows } from './parameter-rows.ts';

/** All that there is to know of a node type, from what it declares. */
export const nodePage = (type: NodeType): string => {
  const schema = new SchemaBook().inline(type.parameters);
  const { parameters, input, output } = type.example;
  return paragraphs(
    `# ${type.name}`,
    `${code(type.type)}, version ${type.version}, in [${type.category}](README.md#${type.category.toLowerCase()})`,
    type.description,
    table(
      ['', ''],
      [
        ['Inputs', ports(type.inputs(parameters))],
        ['Outputs', ports(type.outputs(parameters))],
        ['Effect', effectOf(type, schema)],
        ['Works on', type.mode === 'perItem' ? 'each item by itself' : 'all items at once'],
        ['Credentials', credentialsOf(type)],
      ],
    ),
    '## Parameters',
    table(['Parameter', 'Type', 'Default', 'Meaning'], parameterRows(schema)) || 'None.',
    '## Example',
    'Parameters:',
    json(parameters),
    ...(type.inputs(parameters).length === 0 ? [] : ['Items that come in:', json(input)]),
    'Items that go out, by output:',
    json(output),
  );
};

const credentialsOf = ({ credentialTypes, needsCredential }: NodeType): string =>
  `${credentialTypes.map(code).join(', ') || 'none'}${needsCredential ? '; one is needed' : ''}`;

const ports = (names: readonly string[]): string => names.map(code).join(', ') || 'none';
