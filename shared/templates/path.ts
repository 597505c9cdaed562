import type { DefinitionInput } from '../../engine/definition.ts';
import type { Json } from '../../engine/item.ts';

type Nodes = DefinitionInput['nodes'];
type Parameters = NonNullable<Nodes[number]['parameters']>;

/** Nodes with another value at a path such as `agent.tools.0.workflowId`; null when the way leads nowhere. */
export const withValue = (nodes: Nodes, path: string, value: Json): Nodes | null => {
  const [nodeId, ...keys] = path.split('.');
  const node = nodes.find(({ id }) => id === nodeId);
  const parameters = node && put(node.parameters ?? {}, keys, value);
  if (!parameters) return null;
  return nodes.map((each) => (each === node ? { ...each, parameters: parameters as Parameters } : each));
};

const put = (within: Json, [key, ...rest]: readonly string[], value: Json): Json | null => {
  if (key === undefined) return value;
  if (typeof within !== 'object' || within === null) return null;
  const known = new Map(Object.entries(within));
  // Of a list only what is there can be replaced.
  if (Array.isArray(within) && !known.has(key)) return null;
  const inner = put(known.get(key) ?? (rest.length > 0 ? {} : null), rest, value);
  if (inner === null && rest.length > 0) return null;
  known.set(key, inner);
  return Array.isArray(within) ? [...known.values()] : Object.fromEntries(known);
};
