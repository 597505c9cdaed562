import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { apiPage } from './api-page.ts';
import { expressionPage } from './expression-page.ts';
import { nodeIndex } from './node-index.ts';
import { nodePage } from './node-page.ts';

/** The pages that are made and not written, by their paths in `docs/`. */
export const referencePages = (): ReadonlyMap<string, string> =>
  new Map([
    ['api.md', apiPage()],
    ['expressions.md', expressionPage()],
    ['nodes/README.md', nodeIndex()],
    ...[...nodeTypes.values()].map((type): [string, string] => [`nodes/${type.type}.md`, nodePage(type)]),
  ]);
