import type { Definition } from '../../engine/definition.ts';
import {
  CUSTOM_PREFIX,
  declarativeNode,
  type NodeRegistry,
  type NodeType,
  nodeTypes,
} from '../../engine/index.ts';
import type { NodeRecord } from '../store/nodes.ts';
import type { Stores } from '../store/stores.ts';

/** The node type that a row of the catalogue describes. */
export const typeOf = ({ declaration, version }: NodeRecord): NodeType =>
  declarativeNode(JSON.parse(declaration), version);

type Mentioned = Pick<Definition['nodes'][number], 'type' | 'typeVersion'>;

/**
 * The node types a definition may use: those of the engine, and of the added ones those it mentions, in the versions it
 * mentions. Most mention none, and nothing is read.
 */
export const typesFor = async (
  { nodes }: Pick<Stores, 'nodes'>,
  mentioned: readonly Mentioned[],
): Promise<NodeRegistry> => {
  const custom = mentioned.filter(({ type }) => type.startsWith(CUSTOM_PREFIX));
  if (custom.length === 0) return nodeTypes;
  const keys = new Map(
    custom.map(({ type, typeVersion }) => [keyOf(type, typeVersion), { type, typeVersion }]),
  );
  const found = new Map<string, NodeType>();
  await Promise.all(
    [...keys].map(async ([key, { type, typeVersion }]) => {
      const row = await (typeVersion === undefined
        ? nodes.latest(type)
        : nodes.getVersion(type, typeVersion));
      if (row) found.set(key, typeOf(row)).set(keyOf(type, row.version), typeOf(row));
    }),
  );
  return { get: (type, version) => nodeTypes.get(type) ?? found.get(keyOf(type, version)) };
};

const keyOf = (type: string, version: number | undefined): string => `${type}@${version ?? ''}`;
