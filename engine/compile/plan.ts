import type { Definition, DefinitionNode, Edge } from '../definition.ts';
import { NodeError } from '../errors.ts';
import { type CompiledTemplate, parseTemplate, referencedNodes } from '../expression/template.ts';
import { ERROR_PORT, type Json, type JsonObject, MAIN_PORT } from '../item.ts';
import type { NodeType } from '../nodes/define-node.ts';
import { findLoops, type Loop } from './loops.ts';

/** Where node types are found. A Map by type will do where there is one version of each; without a version: the latest. */
export interface NodeRegistry {
  get(type: string, version?: number): NodeType | undefined;
}

/** A definition made ready to run. Immutable; compiled once per version and cached by the caller. */
export interface Plan {
  readonly settings: Definition['settings'];
  readonly nodes: ReadonlyMap<string, PlanNode>;
  readonly byName: ReadonlyMap<string, PlanNode>;
  readonly triggers: readonly PlanNode[];
  /** The nodes that expressions name by `$node("…")`; null when some compute the name. */
  readonly referenced: ReadonlySet<string> | null;
}

export interface PlanNode {
  readonly id: string;
  readonly name: string;
  /** Position in the definition. */
  readonly order: number;
  readonly type: NodeType;
  readonly written: DefinitionNode;
  readonly parameters: CompiledTemplate;
  /** The parameters the node evaluates itself, as written. */
  readonly raw: JsonObject;
  /** They and every text in them, ready to evaluate, by `rawKey`. */
  readonly rawTemplates: ReadonlyMap<string, CompiledTemplate>;
  /** The connected input ports, in the type's order. More than one makes the node a merge. */
  readonly inputs: readonly string[];
  /** The output ports it may use, the error port included. */
  readonly outputs: readonly string[];
  readonly edges: ReadonlyMap<string, readonly PlanEdge[]>;
  /** The loops it stands in, outermost first. */
  readonly loops: readonly Loop[];
  /** Runs with the first arrival of each iteration; what comes after it is let go. */
  readonly joinsAny: boolean;
  /** True for the head of its innermost loop that decides about each turn itself. */
  readonly isHead: boolean;
  /** How many of its loops, from the outermost on, there are up to the innermost with such a head; 0 without one. */
  readonly turns: number;
  /** Where its runs stand in the canonical order, before any loop has gone round: see place.ts. */
  readonly place: readonly number[];
  /** True when an execution can reach it only once: its run needs no other name than its own. */
  readonly single: boolean;
  /** Of a merge: by loop depth, the nodes from which an item can come here without going round the loops up to that depth. */
  readonly reachedFrom: readonly ReadonlySet<string>[];
}

export interface PlanEdge extends Edge {
  /** Position in the definition. */
  readonly order: number;
  /** How many loops both ends share. */
  readonly shared: number;
  /** True when it leads back to the head of the innermost of these: the next iteration. */
  readonly goesRound: boolean;
}

/** Throws NodeError `node.unknownType`, and ExpressionError for a template that does not parse. */
export const compile = (definition: Definition, registry: NodeRegistry): Plan => {
  const ids = definition.nodes.map((node) => node.id);
  const types = new Map(definition.nodes.map((node) => [node.id, findType(node, registry)]));
  // What comes to the end of a body has left it: it goes round nothing.
  const isEnd = (edge: Edge) => types.get(edge.target)?.body?.ends === edge.targetPort;
  const loops = findLoops(
    ids,
    definition.edges.filter((edge) => !isEnd(edge)),
  );
  const edges = definition.edges.map((edge, order) => planEdge(edge, order, loops));
  const incoming = Map.groupBy(
    edges.filter((edge) => !isEnd(edge)),
    (edge) => edge.target,
  );
  const outgoing = Map.groupBy(edges, (edge) => edge.source);
  const isSingle = singles(types, incoming, loops);

  const nodes = definition.nodes.map((written, order): PlanNode => {
    const type = findType(written, registry);
    const connected = new Set((incoming.get(written.id) ?? []).map((edge) => edge.targetPort));
    const inputs = type
      .inputs(written.parameters)
      .filter((port) => connected.has(port) && port !== type.body?.ends);
    const own = loops.get(written.id) ?? [];
    const { evaluated, raw } = splitParameters(written, type);
    return {
      id: written.id,
      name: written.name,
      order,
      type,
      written,
      parameters: parseTemplate(evaluated),
      raw,
      rawTemplates: templatesIn(rawOf(raw, type)),
      inputs,
      outputs: [...type.outputs(written.parameters), ERROR_PORT],
      edges: Map.groupBy(outgoing.get(written.id) ?? [], (edge) => edge.sourcePort),
      loops: own,
      joinsAny: inputs.length > 1 && type.joins(written.parameters) === 'any',
      isHead: type.iterates && own.at(-1)?.header === written.id,
      turns: own.findLastIndex((loop) => types.get(loop.header)?.iterates) + 1,
      place: [...own.flatMap((loop) => [loop.position, 0]), order],
      single: isSingle(written.id),
      reachedFrom:
        inputs.length > 1 || type.iterates
          ? own.concat(NO_LOOP).map((_, depth) => walkBack(written.id, depth, incoming))
          : [],
    };
  });

  return {
    settings: definition.settings,
    nodes: new Map(nodes.map((node) => [node.id, node])),
    byName: new Map(nodes.map((node) => [node.name, node])),
    triggers: nodes.filter((node) => node.type.trigger !== null),
    referenced: referencesOf(nodes),
  };
};

/** Anything but a literal name behind `$node`. */
const COMPUTED_REFERENCE = /\$node\b(?!\(\s*["'])/;

const referencesOf = (nodes: readonly PlanNode[]): ReadonlySet<string> | null => {
  const ids = new Map(nodes.map(({ id, name }) => [name, id]));
  const found = new Set<string>();
  for (const { written, parameters, rawTemplates } of nodes) {
    if (COMPUTED_REFERENCE.test(textsIn(written.parameters).join('\n'))) return null;
    for (const template of [parameters, ...rawTemplates.values()]) {
      for (const name of referencedNodes(template)) found.add(ids.get(name) ?? '');
    }
  }
  return found;
};

const NO_LOOP: Loop = { header: '', position: 0, members: new Set() };

const findType = (node: DefinitionNode, registry: NodeRegistry): NodeType => {
  const type = registry.get(node.type, node.typeVersion);
  if (type) return type;
  throw new NodeError(
    'node.unknownType',
    `Node "${node.name}" is of type "${node.type}", which does not exist.`,
  );
};

const splitParameters = (node: DefinitionNode, type: NodeType) => {
  const entries = Object.entries(node.parameters);
  const isRaw = ([name]: readonly [string, unknown]) =>
    type.rawParameters.includes(name) || type.verbatimParameters.includes(name);
  return {
    evaluated: Object.fromEntries(entries.filter((entry) => !isRaw(entry))),
    raw: Object.fromEntries(entries.filter(isRaw)),
  };
};

const rawOf = (raw: JsonObject, type: NodeType): JsonObject =>
  Object.fromEntries(Object.entries(raw).filter(([name]) => !type.verbatimParameters.includes(name)));
/** Says which of a node's raw parameters a value is. */
export const rawKey = (value: Json): string =>
  typeof value === 'string' ? `"${value}` : JSON.stringify(value);

const templatesIn = (raw: JsonObject): ReadonlyMap<string, CompiledTemplate> =>
  new Map([...Object.values(raw), ...textsIn(raw)].map((value) => [rawKey(value), parseTemplate(value)]));

const textsIn = (value: Json): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

const planEdge = (edge: Edge, order: number, loops: ReadonlyMap<string, readonly Loop[]>): PlanEdge => {
  const from = loops.get(edge.source) ?? [];
  const to = loops.get(edge.target) ?? [];
  const apart = from.findIndex((loop, depth) => loop !== to[depth]);
  const shared = apart === -1 ? from.length : apart;
  return { ...edge, order, shared, goesRound: to[shared - 1]?.header === edge.target };
};

/** A node is single when it stands in no loop and each of its ports has one way in from a single node, or only triggers. */
const singles = (
  types: ReadonlyMap<string, NodeType>,
  incoming: ReadonlyMap<string, readonly PlanEdge[]>,
  loops: ReadonlyMap<string, readonly Loop[]>,
): ((id: string) => boolean) => {
  const known = new Map<string, boolean>();
  const isTrigger = (id: string) => types.get(id)?.trigger !== null;
  const onceByPort = (edges: readonly PlanEdge[]) => {
    const sources = new Set(edges.map((edge) => edge.source));
    if (sources.size < edges.length) return false;
    return edges.length === 1 ? edges.every((edge) => isSingle(edge.source)) : [...sources].every(isTrigger);
  };
  const isSingle = (id: string): boolean => {
    const seen = known.get(id);
    if (seen !== undefined) return seen;
    const inLoop = (loops.get(id) ?? []).length > 0;
    // A run id is a key of plain objects: names every object has, such as "constructor", are never used bare.
    const byPort = Map.groupBy(incoming.get(id) ?? [], (edge) => edge.targetPort);
    const single = !inLoop && !(id in {}) && [...byPort.values()].every(onceByPort);
    known.set(id, single);
    return single;
  };
  return isSingle;
};

/** The nodes from which `target` can be reached, not counting edges that go round one of its `depth` outer loops. */
const walkBack = (
  target: string,
  depth: number,
  incoming: ReadonlyMap<string, readonly PlanEdge[]>,
): ReadonlySet<string> => {
  const reached = new Set<string>();
  const queue = [target];
  for (const id of queue) {
    for (const edge of incoming.get(id) ?? []) {
      if (edge.goesRound && edge.shared <= depth) continue;
      if (edge.source === target || reached.has(edge.source)) continue;
      reached.add(edge.source);
      queue.push(edge.source);
    }
  }
  return reached;
};

/** The port a trigger's items leave by, and items that go on after an error or through a disabled node. */
export const firstOutput = (node: PlanNode): string => node.outputs[0] ?? MAIN_PORT;
