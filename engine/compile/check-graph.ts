import type { Definition, DefinitionNode, Edge } from '../definition.ts';
import { ERROR_PORT } from '../item.ts';
import type { NodeType } from '../nodes/define-node.ts';
import { checkBodies } from './check-bodies.ts';
import { findLoops, type Loop } from './loops.ts';
import { type DefinitionProblem, error, warning } from './problem.ts';

type Types = ReadonlyMap<string, NodeType>;

/** What is wrong with how nodes hang together. Nodes of unknown type have any port. */
export const checkGraph = ({ nodes, edges }: Definition, types: Types): DefinitionProblem[] => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  // What comes to the end of a body has left it: it goes round nothing.
  const round = edges.filter((edge) => types.get(edge.target)?.body?.ends !== edge.targetPort);
  return [
    ...checkTriggers(nodes, types),
    ...edges.flatMap((edge, index) => checkEdge(edge, `/edges/${index}`, byId, types)),
    ...checkDuplicates(edges),
    ...checkReach(nodes, edges, types),
    ...checkCycles(nodes, round, types),
    ...checkHeads(nodes, round, edges, types),
    ...checkBodies(nodes, edges, types),
  ];
};

const isTrigger = (types: Types, id: string): boolean => (types.get(id)?.trigger ?? null) !== null;

const checkTriggers = (nodes: readonly DefinitionNode[], types: Types): DefinitionProblem[] => {
  const triggers = nodes.filter((node) => isTrigger(types, node.id));
  if (triggers.length === 0)
    return [error('definition.noTrigger', '/nodes', 'must hold a trigger: a node that starts the workflow')];
  return triggers.every((node) => node.disabled)
    ? [error('definition.noTrigger', '/nodes', 'holds no trigger that is switched on')]
    : [];
};

const checkEdge = (
  edge: Edge,
  pointer: string,
  nodes: ReadonlyMap<string, DefinitionNode>,
  types: Types,
): DefinitionProblem[] => {
  const [source, target] = [nodes.get(edge.source), nodes.get(edge.target)];
  const missing = (['source', 'target'] as const)
    .filter((end) => !nodes.has(edge[end]))
    .map((end) =>
      error(
        'edge.unknownNode',
        `${pointer}/${end}`,
        `there is no node with the id ${JSON.stringify(edge[end])}`,
      ),
    );
  return [
    ...missing,
    ...(source ? checkSource(edge, pointer, source, types.get(source.id)) : []),
    ...(target ? checkTarget(edge, pointer, target, types.get(target.id)) : []),
  ];
};

const checkSource = (
  { sourcePort }: Edge,
  pointer: string,
  node: DefinitionNode,
  type: NodeType | undefined,
): DefinitionProblem[] => {
  const at = `${pointer}/sourcePort`;
  if (sourcePort === ERROR_PORT)
    return node.onError === 'branch'
      ? []
      : [
          error(
            'edge.unknownPort',
            at,
            `node "${node.name}" has an error port only with onError "branch"`,
            node.id,
          ),
        ];
  const ports = type?.outputs(node.parameters);
  if (!ports || ports.includes(sourcePort)) return [];
  return [error('edge.unknownPort', at, unknownPort(node, 'output', sourcePort, ports), node.id)];
};

const checkTarget = (
  { targetPort }: Edge,
  pointer: string,
  node: DefinitionNode,
  type: NodeType | undefined,
): DefinitionProblem[] => {
  if (!type) return [];
  if (type.trigger)
    return [
      error(
        'edge.intoTrigger',
        `${pointer}/target`,
        `node "${node.name}" is a trigger: nothing leads to it`,
        node.id,
      ),
    ];
  const ports = type.inputs(node.parameters);
  if (ports.includes(targetPort)) return [];
  return [
    error(
      'edge.unknownPort',
      `${pointer}/targetPort`,
      unknownPort(node, 'input', targetPort, ports),
      node.id,
    ),
  ];
};

const unknownPort = (node: DefinitionNode, kind: string, port: string, ports: readonly string[]): string =>
  `node "${node.name}" has no ${kind} ${JSON.stringify(port)}; it has ${ports.length > 0 ? ports.join(', ') : 'none'}`;

const checkDuplicates = (edges: readonly Edge[]): DefinitionProblem[] => {
  const seen = new Set<string>();
  return edges.flatMap(({ source, sourcePort, target, targetPort }, index) => {
    const key = JSON.stringify([source, sourcePort, target, targetPort]);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [error('edge.duplicate', `/edges/${index}`, 'is there already')];
  });
};

const checkReach = (
  nodes: readonly DefinitionNode[],
  edges: readonly Edge[],
  types: Types,
): DefinitionProblem[] => {
  const outgoing = Map.groupBy(edges, (edge) => edge.source);
  const reached = nodes.filter((node) => isTrigger(types, node.id)).map((node) => node.id);
  const known = new Set(reached);
  for (const id of reached) {
    for (const { target } of outgoing.get(id) ?? []) {
      if (known.has(target)) continue;
      known.add(target);
      reached.push(target);
    }
  }
  // Without any trigger that is the one problem there is.
  if (reached.length === 0) return [];
  return nodes.flatMap((node, index) =>
    known.has(node.id)
      ? []
      : [warning('node.unreachable', `/nodes/${index}`, `no trigger leads to node "${node.name}"`, node.id)],
  );
};

/** A cycle needs something in it that can end it. */
const checkCycles = (
  nodes: readonly DefinitionNode[],
  edges: readonly Edge[],
  types: Types,
): DefinitionProblem[] => {
  // Disabled nodes hand everything on: they end no cycle.
  const breaks = (node: DefinitionNode) => !node.disabled && types.get(node.id)?.breaksCycle === true;
  const decides = (node: DefinitionNode) =>
    !node.disabled && (types.get(node.id)?.outputs(node.parameters).length ?? 2) > 1;
  const unbroken = nodes.filter((node) => !breaks(node));
  const endless = circles(
    unbroken.filter((node) => !decides(node)),
    edges,
  );
  const open = circles(unbroken, edges).filter(
    ({ members }) => !endless.some((inner) => [...inner.members].every((id) => members.has(id))),
  );
  const describe = ({ header, members }: Loop) => {
    const inside = nodes.filter((node) => members.has(node.id)).map((node) => `"${node.name}"`);
    return {
      at: `/nodes/${nodes.findIndex((node) => node.id === header)}`,
      names: inside.slice(0, 5).join(', ') + (inside.length > 5 ? ` and ${inside.length - 5} more` : ''),
      header,
    };
  };
  return [
    ...endless.map(describe).map(({ at, names, header }) => {
      const message = `${names} go round for ever: nothing in the circle decides, waits or counts`;
      return error('definition.endlessCycle', at, message, header);
    }),
    ...open.map(describe).map(({ at, names, header }) => {
      const message = `${names} go round without a loop node; they stop after settings.maxNodeRuns`;
      return warning('definition.cycle', at, message, header);
    }),
  ];
};

/** A loop's head decides about each turn: what it sends round must come back to it, and nothing may get in behind it. */
const checkHeads = (
  nodes: readonly DefinitionNode[],
  round: readonly Edge[],
  edges: readonly Edge[],
  types: Types,
): DefinitionProblem[] => {
  const loops = findLoops(
    nodes.map(({ id }) => id),
    round,
  );
  return nodes.flatMap((node, index) => {
    if (node.disabled || !types.get(node.id)?.iterates) return [];
    const loop = loops.get(node.id)?.at(-1);
    if (!loop) {
      const message = `nothing leads back to "${node.name}": connect the last node of what it repeats to it`;
      return [error('loop.noWayBack', `/nodes/${index}`, message, node.id)];
    }
    return edges.flatMap((edge, at) => {
      const isWayIn = !loop.members.has(edge.source) && loop.members.has(edge.target);
      if (!isWayIn || edge.target === node.id) return [];
      const message = `leads into what "${node.name}" repeats, past it`;
      return [error('loop.entered', `/edges/${at}`, message, edge.target)];
    });
  });
};

/** What goes round among these nodes alone. Whether a larger circle can end says nothing of one inside it. */
const circles = (nodes: readonly DefinitionNode[], edges: readonly Edge[]): Loop[] => {
  const ids = new Set(nodes.map((node) => node.id));
  const inside = edges.filter(({ source, target }) => ids.has(source) && ids.has(target));
  return [...new Set([...findLoops([...ids], inside).values()].flatMap((loops) => loops.slice(0, 1)))];
};
