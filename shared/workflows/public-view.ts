import type { Definition } from '../../engine/definition.ts';
import { withoutCredentials } from './credentials-in.ts';

/** What others see of a public workflow: no data of its owner and no ids of their credentials. */
export const publicView = (definition: Definition): Definition => ({
  ...definition,
  nodes: definition.nodes.map(({ pinnedItems: _items, ...node }) => withoutCredentials(node)),
});
