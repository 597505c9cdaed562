import { NodeError } from '../errors.ts';
import type { ExpressionScope, NodeView } from './scope.ts';

/** What `$node(name)` gives. Throws `expression.nodeUnknown`. */
export const nodeNamed = (scope: ExpressionScope, name: unknown): NodeView => {
  const view = typeof name === 'string' ? scope.node(name) : undefined;
  if (view) return view;
  throw new NodeError('expression.nodeUnknown', `There is no node named ${JSON.stringify(name)}.`);
};
