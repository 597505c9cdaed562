import { NodeError } from '../errors.ts';
import type { ExpressionScope, NodeView } from './scope.ts';

const views = new WeakSet<object>();

/** What `$node(name)` gives. Throws `expression.nodeUnknown`. */
export const nodeNamed = (scope: ExpressionScope, name: unknown): NodeView => {
  const view = typeof name === 'string' ? scope.node(name) : undefined;
  if (!view) throw new NodeError('expression.nodeUnknown', `There is no node named ${JSON.stringify(name)}.`);
  views.add(view);
  return view;
};

/** True for what `nodeNamed` gave: reading all of its fields may fail where reading one does not. */
export const isNodeView = (value: object): boolean => views.has(value);
