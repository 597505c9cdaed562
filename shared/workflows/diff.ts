import { isDeepStrictEqual } from 'node:util';
import type { Definition, DefinitionNode, Edge } from '../../engine/definition.ts';
import type { WorkflowDiff } from '../contracts/workflows.ts';
import { escapePointer } from '../http/json-body.ts';

type Change = WorkflowDiff['settings'][number];

/** What changed from one definition to another. Nodes are the same when their ids are; edges when both ends are. */
export const diffDefinitions = (before: Definition, after: Definition): Omit<WorkflowDiff, 'from' | 'to'> => {
  const [old, now] = [byId(before.nodes), byId(after.nodes)];
  const [oldEdges, nowEdges] = [byEnds(before.edges), byEnds(after.edges)];
  return {
    nodes: {
      added: after.nodes.filter(({ id }) => !old.has(id)).map(brief),
      removed: before.nodes.filter(({ id }) => !now.has(id)).map(brief),
      changed: after.nodes.flatMap((node) => {
        const earlier = old.get(node.id);
        const changes = earlier ? changesOf(earlier, node) : [];
        return changes.length === 0 ? [] : [{ id: node.id, name: node.name, changes }];
      }),
    },
    edges: {
      added: after.edges.filter((edge) => !oldEdges.has(endsOf(edge))),
      removed: before.edges.filter((edge) => !nowEdges.has(endsOf(edge))),
    },
    settings: changesOf(before.settings, after.settings),
  };
};

const byId = (nodes: readonly DefinitionNode[]) => new Map(nodes.map((node) => [node.id, node]));
const endsOf = (edge: Edge) => JSON.stringify([edge.source, edge.sourcePort, edge.target, edge.targetPort]);
const byEnds = (edges: readonly Edge[]) => new Set(edges.map(endsOf));
const brief = ({ id, name, type }: DefinitionNode) => ({ id, name, type });

/** Walks objects; a list that differs is one change, as its positions name nothing. */
const changesOf = (before: unknown, after: unknown, pointer = ''): Change[] => {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isObject(before) || !isObject(after)) {
    return [
      {
        pointer,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      },
    ];
  }
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    changesOf(own(before, key), own(after, key), `${pointer}/${escapePointer(key)}`),
  );
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A key may be called `constructor`: only what the object itself holds counts. */
const own = (object: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;
