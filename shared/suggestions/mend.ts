import { nodeTypes } from '../../engine/index.ts';
import type { Json, JsonObject } from '../../engine/item.ts';
import { layout } from '../workflows/layout.ts';

const ID = /^[A-Za-z0-9_-]{1,64}$/;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What can be put right without guessing what was meant: names and ids that are missing or twice, places to draw nodes at,
 * credentials nobody has, data pinned for tests. Everything else is left for the validator to tell.
 */
export const mended = (definition: JsonObject, credentialIds: ReadonlySet<string>): JsonObject => {
  const written = Array.isArray(definition.nodes) ? definition.nodes : [];
  const names = new Set<string>();
  const nodes = written.map((node: Json, index): Json => {
    if (!isObject(node)) return node;
    const { pinnedItems: _pinned, credentialId, typeVersion: _version, ...rest } = node;
    const id =
      typeof node.id === 'string' && ID.test(node.id) ? node.id : idFrom(node.id ?? node.name, index);
    const name = freeName(names, nameOf(node, id));
    names.add(name);
    const isKnown = typeof credentialId === 'string' && credentialIds.has(credentialId);
    return {
      ...rest,
      id,
      name,
      ...(isKnown && { credentialId }),
    };
  });
  const renamed = new Map(
    written.flatMap((node: Json, index) =>
      isObject(node) ? [[node.id, (nodes[index] as JsonObject).id]] : [],
    ),
  );
  const edges = edgesOf(definition.edges, renamed);
  return { ...definition, nodes: placed(nodes, edges), edges };
};

/** Nodes as they are drawn; those that have a place keep it. */
const placed = (nodes: readonly Json[], edges: Json): readonly Json[] => {
  const ids = nodes.flatMap((node) => (isObject(node) ? [String(node.id)] : []));
  const joined = (Array.isArray(edges) ? edges : []).filter(isObject);
  const places = layout(
    ids,
    joined.map(({ source, target }) => ({ source: String(source), target: String(target) })),
  );
  return nodes.map((node): Json => {
    if (!isObject(node)) return node;
    return {
      ...node,
      position: isObject(node.position) ? node.position : { ...places.get(String(node.id)) },
    };
  });
};

const nameOf = ({ name, type }: JsonObject, id: string): string => {
  if (typeof name === 'string' && name.trim() !== '') return name.slice(0, 120);
  return nodeTypes.get(String(type))?.name ?? id;
};

const freeName = (taken: ReadonlySet<string>, name: string): string => {
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name} ${count}`;
  return free;
};

const idFrom = (written: Json | undefined, index: number): string =>
  (typeof written === 'string' ? written.replaceAll(/[^A-Za-z0-9_-]+/g, '_').slice(0, 50) : '') ||
  `node${index + 1}`;

/** Edges by the ids there are now; the same edge twice is one. */
const edgesOf = (edges: Json | undefined, renamed: ReadonlyMap<Json | undefined, Json | undefined>): Json => {
  if (!Array.isArray(edges)) return edges ?? [];
  const seen = new Set<string>();
  return edges.flatMap((edge: Json): Json[] => {
    if (!isObject(edge)) return [edge];
    const made: JsonObject = {
      ...edge,
      source: renamed.get(edge.source) ?? edge.source ?? null,
      target: renamed.get(edge.target) ?? edge.target ?? null,
    };
    const key = JSON.stringify([
      made.source,
      made.sourcePort ?? 'main',
      made.target,
      made.targetPort ?? 'main',
    ]);
    if (seen.has(key)) return [];
    seen.add(key);
    return [made];
  });
};
