import { nodeCategories } from '../../../engine/nodes/categories.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { code, paragraphs, table } from './markdown.ts';

/** Every node type there is, by category. */
export const nodeIndex = (): string =>
  paragraphs(
    '# Node types',
    'Made from the catalogue by `npm run docs:nodes`; `GET /api/v1/nodes/{type}` tells the same of a running instance, with those its admins have added. A parameter may hold a template, `{{ … }}`, wherever the type of what it gives fits.',
    ...[...nodeCategories]
      .sort((a, b) => a.displayOrder - b.displayOrder)
      .flatMap(({ name, description }) => [
        `## ${name}`,
        description,
        table(
          ['Type', 'Name', 'What it does'],
          [...nodeTypes.values()]
            .filter(({ category }) => category === name)
            .map((type) => [`[${code(type.type)}](${type.type}.md)`, type.name, type.description]),
        ),
      ]),
  );
