import { type NodeType, nodeTypes } from '../../engine/index.ts';
import type { JsonObject } from '../../engine/item.ts';
import { rank } from '../search/rank.ts';

/** What nearly every workflow begins or goes on with. */
const ALWAYS: readonly string[] = [
  'trigger.manual',
  'trigger.webhook',
  'trigger.schedule',
  'flow.if',
  'data.set',
  'http.request',
];
const MOST = 20;

/**
 * The node types a model is told of: those always of use, those that the workflow to be changed has, or the example that is nearest,
 * and those whose description the words of the request fit best. In the order of the catalogue, so that the same choice is the same text.
 */
export const relevantTypes = (
  prompt: string,
  like: { readonly nodes?: unknown } | null,
): readonly NodeType[] => {
  const used = (Array.isArray(like?.nodes) ? like.nodes : []).map((node) =>
    String((node as JsonObject).type),
  );
  const found = rank([...nodeTypes.values()], prompt, WEIGHTS).map(({ document }) => document.type);
  const chosen = new Set(
    [...ALWAYS, ...used, ...found].slice(0, Math.max(MOST, ALWAYS.length + used.length)),
  );
  return [...nodeTypes.values()].filter(({ type }) => chosen.has(type));
};

const WEIGHTS: readonly (readonly [weight: number, text: (type: NodeType) => string])[] = [
  [4, ({ name }) => name],
  [3, ({ type }) => type],
  [2, ({ description }) => description],
  [1, ({ category }) => category],
];
