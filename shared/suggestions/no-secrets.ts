import type { Json, JsonObject } from '../../engine/item.ts';
import type { Need } from './suggestion.ts';

/** How keys and tokens begin, by those who hand them out; and whatever stands behind "Bearer" or "Basic". */
const SECRETS =
  /\b(?:sk-[A-Za-z0-9_-]{16,}|sk_(?:live|test)_[A-Za-z0-9]{10,}|xox[abprs]-[A-Za-z0-9-]{10,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|AKIA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*)|(?<=\b(?:Bearer|Basic)\s{1,8})(?!\{\{)[A-Za-z0-9._~+/=-]{8,}/g;

const PLACEHOLDER = 'REPLACE_ME';

/** A definition without anything that looks like a secret, and what its user must supply instead: in a credential. */
export const withoutSecrets = (
  definition: JsonObject,
): { definition: JsonObject; found: readonly Need[] } => {
  const found: Need[] = [];
  const walk = (value: Json, nodeId: string | null): Json => {
    if (typeof value === 'string') {
      const clean = value.replaceAll(SECRETS, PLACEHOLDER);
      if (clean !== value)
        found.push({
          kind: 'credential',
          nodeId,
          what: 'A secret stood here and was taken out: put it into a credential.',
        });
      return clean;
    }
    if (Array.isArray(value)) return value.map((each: Json) => walk(each, nodeId));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, walk(each as Json, nodeId)]),
    );
  };
  const nodes = (Array.isArray(definition.nodes) ? definition.nodes : []).map((node: Json) =>
    walk(node, String((node as JsonObject | null)?.id ?? '') || null),
  );
  const { nodes: _nodes, ...rest } = definition;
  return { definition: { ...(walk(rest, null) as JsonObject), nodes }, found };
};
