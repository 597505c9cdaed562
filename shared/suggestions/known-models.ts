import { type DefinitionProblem, type NodeRegistry, nodeTypes } from '../../engine/index.ts';
import type { Json, JsonObject } from '../../engine/item.ts';
import type { AiModelRecord } from '../store/ai-models.ts';
import type { Stores } from '../store/stores.ts';

/** An AI model as those who write workflows need to know it. */
export type KnownModel = Pick<AiModelRecord, 'id' | 'name' | 'type'>;

const MOST = 100;

/** The models that nodes may name. */
export const knownModels = async (
  { aiModels }: Pick<Stores, 'aiModels'>,
  caller: string,
): Promise<readonly KnownModel[]> => {
  const { data } = await aiModels.list({ limit: MOST, caller });
  return data.filter(({ isActive }) => isActive).map(({ id, name, type }) => ({ id, name, type }));
};

/** Models that a definition names and nobody has: saving does not ask, but a proposal with them could not run. */
export const modelProblems = (
  definition: unknown,
  models: readonly KnownModel[],
): readonly DefinitionProblem[] => {
  const nodes = (definition as JsonObject | null)?.nodes;
  const known = new Set(models.map(({ id }) => id));
  const types: NodeRegistry = nodeTypes;
  return (Array.isArray(nodes) ? nodes : []).flatMap((node: Json, index): DefinitionProblem[] => {
    const { id, type, parameters } = (node ?? {}) as JsonObject;
    const model = (parameters as JsonObject | undefined)?.model;
    if (!types.get(String(type))?.isAi || typeof model !== 'string' || model === '' || known.has(model))
      return [];
    if (model.includes('{{')) return [];
    const list = models.map((each) => `${each.id} (${each.name}, ${each.type})`).join(', ') || 'none';
    return [
      {
        code: 'node.parameter',
        severity: 'error',
        pointer: `/nodes/${index}/parameters/model`,
        message: `must be one of the AI models there are: ${list}`,
        nodeId: String(id),
      },
    ];
  });
};
