import { z } from 'zod';
import { isZoneName, NO_ZONE } from '../cron/zone.ts';
import { type Definition, type DefinitionNode, definitionSchema, LIMITS } from '../definition.ts';
import type { NodeType } from '../nodes/define-node.ts';
import { nodeTypes } from '../nodes/registry.ts';
import { IN_WORDS } from '../schema-words.ts';
import { checkGraph } from './check-graph.ts';
import { checkNode } from './check-node.ts';
import { tooDeep } from './depth.ts';
import type { NodeRegistry } from './plan.ts';
import { type DefinitionProblem, error, fieldsOf, pointerTo } from './problem.ts';
import type { ValidationContext } from './validation-context.ts';

export type { DefinitionProblem } from './problem.ts';

export interface Validation {
  /** Null when the input has not even the shape of a definition. */
  readonly definition: Definition | null;
  /** Every problem there is. Only those of severity "error" keep a definition from being published. */
  readonly problems: readonly DefinitionProblem[];
}

/** Never throws, whatever it is given. Fills in the version of each node's type. */
export const validateDefinition = (input: unknown, context: ValidationContext = {}): Validation => {
  const hopeless = refuseHopeless(input);
  if (hopeless) return { definition: null, problems: [hopeless] };
  const parsed = definitionSchema.safeParse(input, IN_WORDS);
  if (!parsed.success) {
    const misshapen = parsed.error.issues.flatMap((issue) =>
      fieldsOf(issue).map(([path, message]) => error('definition.shape', pointerTo(path), message)),
    );
    return { definition: null, problems: [...misshapen, ...checkSoundNodes(input, context)] };
  }
  const types = context.types ?? nodeTypes;
  const nodes = parsed.data.nodes.map((node) => withTypeVersion(node, types));
  const definition = { ...parsed.data, nodes };
  const names = new Set(nodes.map((node) => node.name));
  return {
    definition,
    problems: [
      ...duplicates(nodes, 'id', 'node.duplicateId'),
      ...duplicates(nodes, 'name', 'node.duplicateName'),
      ...nodes.flatMap((node, index) => checkNode(node, `/nodes/${index}`, { names, ...context })),
      ...checkGraph(definition, typesOf(nodes, types)),
      ...checkZone(definition),
    ],
  };
};

/** A problem like others, and no question of shape: what was saved with such a name before can still be read. */
const checkZone = ({ settings }: Definition): DefinitionProblem[] =>
  isZoneName(settings.timezone)
    ? []
    : [
        error(
          'settings.timezone',
          '/settings/timezone',
          `${NO_ZONE}; ${JSON.stringify(settings.timezone)} came`,
        ),
      ];

/** The nodes that have the right shape are looked at all the same; of a graph with parts missing nothing can be said. */
const checkSoundNodes = (input: unknown, context: ValidationContext): DefinitionProblem[] => {
  const loose = z.looseObject({ nodes: z.array(z.unknown()) }).safeParse(input);
  const written = loose.data?.nodes ?? [];
  const named = z.looseObject({ name: z.string() });
  const names = new Set(written.flatMap((node) => named.safeParse(node).data?.name ?? []));
  return written.flatMap((each, index) => {
    const node = definitionSchema.shape.nodes.element.safeParse(each);
    return node.success ? checkNode(node.data, `/nodes/${index}`, { names, ...context }) : [];
  });
};

/** What would be dear to look at closer, or cannot be looked at: a value that is no JSON may throw anywhere. */
const refuseHopeless = (input: unknown): DefinitionProblem | null => {
  try {
    return overLimit(input);
  } catch {
    return error('definition.shape', '', 'is no JSON');
  }
};

const overLimit = (input: unknown): DefinitionProblem | null => {
  if (tooDeep(input, LIMITS.depth))
    return error('definition.tooDeep', '', `must not nest deeper than ${LIMITS.depth} levels`);
  const bytes = new TextEncoder().encode(JSON.stringify(input) ?? '').length;
  if (bytes > LIMITS.definitionBytes)
    return error('definition.tooLarge', '', `has ${bytes} bytes; ${LIMITS.definitionBytes} are allowed`);
  return null;
};

const withTypeVersion = (node: DefinitionNode, types: NodeRegistry): DefinitionNode => {
  const version = node.typeVersion ?? types.get(node.type)?.version;
  return version === undefined ? node : { ...node, typeVersion: version };
};

const typesOf = (nodes: readonly DefinitionNode[], types: NodeRegistry): ReadonlyMap<string, NodeType> =>
  new Map(
    nodes.flatMap((node): [string, NodeType][] => {
      const type = types.get(node.type, node.typeVersion);
      return type ? [[node.id, type]] : [];
    }),
  );

const duplicates = (
  nodes: readonly DefinitionNode[],
  key: 'id' | 'name',
  code: string,
): DefinitionProblem[] => {
  const first = new Map<string, number>();
  return nodes.flatMap((node, index) => {
    const earlier = first.get(node[key]);
    if (earlier === undefined) {
      first.set(node[key], index);
      return [];
    }
    const message = `${JSON.stringify(node[key])} is the ${key} of /nodes/${earlier}, too`;
    return [error(code, `/nodes/${index}/${key}`, message, node.id)];
  });
};
