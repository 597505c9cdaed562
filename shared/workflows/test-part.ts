import type { Definition, DefinitionNode, Edge } from '../../engine/definition.ts';
import { nodeTypes } from '../../engine/index.ts';
import { type Item, MAIN_PORT } from '../../engine/item.ts';
import { AppError, type Problem } from '../errors.ts';
import { manualTrigger } from './triggers.ts';

/** What of a definition a test runs. */
export interface TestAim {
  readonly triggerNodeId?: string | undefined;
  /** Only this node: what comes before it is pinned. */
  readonly node?: string | undefined;
  /** This node and all that leads to it. */
  readonly upTo?: string | undefined;
  readonly items?: readonly Item[] | undefined;
  readonly pinned: Readonly<Record<string, readonly Item[]>>;
}

export interface TestPart {
  readonly definition: Definition;
  readonly triggerNodeId: string;
  readonly items: readonly Item[];
}

export const testPart = (written: Definition, aim: TestAim): TestPart => {
  refuseUnknown(written, aim);
  const whole = withPins(written, aim.pinned);
  const target = aim.node ?? aim.upTo;
  const before = target === undefined ? null : ancestorsOf(whole, target);
  const part = before && target ? only(whole, new Set([...before, target])) : whole;
  const triggerNodeId = aim.triggerNodeId ?? manualTrigger(part);
  const trigger = part.nodes.find(({ id }) => id === triggerNodeId);
  const items = aim.items ?? trigger?.pinnedItems ?? [{ json: {} }];
  const definition = aim.node === undefined ? part : single(part, aim.node, triggerNodeId, aim.items);
  return { definition, triggerNodeId, items };
};

const refuseUnknown = ({ nodes }: Definition, aim: TestAim): void => {
  const ids = new Map(nodes.map((node) => [node.id, node]));
  const isTrigger = (id: string) => Boolean(nodeTypes.get(ids.get(id)?.type ?? '')?.trigger);
  const named = [
    ['/node', aim.node],
    ['/upTo', aim.upTo],
    ['/triggerNodeId', aim.triggerNodeId],
    ...Object.keys(aim.pinned).map((id) => [`/pinned/${id}`, id] as const),
  ] as const;
  const errors: Problem[] = named.flatMap(([pointer, id]) =>
    id === undefined || ids.has(id) ? [] : [{ pointer, message: `names no node of the definition: "${id}"` }],
  );
  if (aim.node !== undefined && isTrigger(aim.node))
    errors.push({ pointer: '/node', message: 'is a trigger, which does nothing by itself' });
  if (aim.triggerNodeId !== undefined && ids.has(aim.triggerNodeId) && !isTrigger(aim.triggerNodeId))
    errors.push({ pointer: '/triggerNodeId', message: 'is not a trigger' });
  if (errors.length > 0)
    throw new AppError('request.invalid', 'The test names nodes it cannot run.', { errors });
};

const withPins = (definition: Definition, pinned: TestAim['pinned']): Definition => ({
  ...definition,
  nodes: definition.nodes.map((node) => {
    const items = Object.hasOwn(pinned, node.id) ? pinned[node.id] : undefined;
    return items ? { ...node, pinnedItems: [...items] as DefinitionNode['pinnedItems'] } : node;
  }),
});

const ancestorsOf = ({ edges }: Definition, nodeId: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const queue = [nodeId];
  for (const id of queue) {
    for (const { source, target } of edges) {
      if (target !== id || found.has(source) || source === nodeId) continue;
      found.add(source);
      queue.push(source);
    }
  }
  return found;
};

/** The nodes named and the edges between them; nothing goes on from the last one. */
const only = (definition: Definition, ids: ReadonlySet<string>): Definition => ({
  ...definition,
  nodes: definition.nodes.filter(({ id }) => ids.has(id)),
  edges: definition.edges.filter(({ source, target }) => ids.has(source) && ids.has(target)),
});

/**
 * The trigger, the nodes before the tested one that have pinned items, and the tested one. Each pinned node is reached
 * once, over others where these led to it, so that expressions find them.
 */
const single = (
  part: Definition,
  nodeId: string,
  triggerNodeId: string,
  items: readonly Item[] | undefined,
): Definition => {
  const direct = new Set(part.edges.filter(({ target }) => target === nodeId).map(({ source }) => source));
  const nodes = part.nodes.map((node) =>
    items && direct.has(node.id) && !node.pinnedItems && node.id !== triggerNodeId
      ? { ...node, pinnedItems: [...items] as DefinitionNode['pinnedItems'] }
      : node,
  );
  refuseUnpinned(nodes, direct, triggerNodeId);
  const kept = new Map(
    nodes
      .filter(({ id, pinnedItems }) => id === nodeId || id === triggerNodeId || pinnedItems)
      .map((node) => [node.id, node]),
  );
  const rewired = part.edges
    .filter(({ source, target }) => kept.has(source) && kept.has(target))
    .map((edge) => ({ ...edge, sourcePort: firstPort(kept.get(edge.source), 'outputs') }));
  const between = spanning(
    [...kept.keys()].filter((id) => id !== nodeId),
    rewired,
    triggerNodeId,
    (id) => ({
      source: triggerNodeId,
      sourcePort: firstPort(kept.get(triggerNodeId), 'outputs'),
      target: id,
      targetPort: firstPort(kept.get(id), 'inputs'),
    }),
  );
  const into = rewired.filter(({ target }) => target === nodeId);
  return { ...part, nodes: [...kept.values()], edges: distinct([...between, ...into]) };
};

const refuseUnpinned = (
  nodes: readonly DefinitionNode[],
  direct: ReadonlySet<string>,
  triggerNodeId: string,
): void => {
  const missing = nodes.filter(
    ({ id, pinnedItems }) => direct.has(id) && id !== triggerNodeId && !pinnedItems,
  );
  if (missing.length === 0) return;
  throw new AppError(
    'request.invalid',
    'The nodes before the tested one need items: pin them, or give items.',
    {
      errors: missing.map(({ id, name }) => ({
        pointer: `/pinned/${id}`,
        message: `is needed for the node "${name}"`,
        nodeId: id,
      })),
    },
  );
};

/** One way to each node: along an edge from one that is reached already, or straight from the trigger. */
const spanning = (
  ids: readonly string[],
  edges: readonly Edge[],
  triggerNodeId: string,
  straight: (id: string) => Edge,
): Edge[] => {
  const reached = new Set([triggerNodeId]);
  const ways: Edge[] = [];
  const left = new Set(ids.filter((id) => id !== triggerNodeId));
  while (left.size > 0) {
    const way = edges.find(({ source, target }) => reached.has(source) && left.has(target));
    const next = way ?? straight([...left][0] ?? '');
    ways.push(next);
    reached.add(next.target);
    left.delete(next.target);
  }
  return ways;
};

const firstPort = (node: DefinitionNode | undefined, side: 'inputs' | 'outputs'): string =>
  (node && nodeTypes.get(node.type)?.[side](node.parameters)[0]) ?? MAIN_PORT;

const distinct = (edges: readonly Edge[]): Edge[] => [
  ...new Map(edges.map((edge) => [JSON.stringify(Object.values(edge)), edge])).values(),
];
