import type { Definition } from '../../engine/definition.ts';
import { compile, type NodeRegistry, type Plan } from '../../engine/index.ts';

/** A version made ready to run, with what it needs to be told of the world. */
export interface CachedPlan {
  readonly plan: Plan;
  readonly definition: Definition;
  /** Whether its text mentions them: what nobody asks for is not read. */
  readonly mentionsVariables: boolean;
  readonly mentionsWorkflow: boolean;
}

export interface PlanCache {
  /** `load` is called when the version is not there. Rejects as it does, and with what compiling throws. */
  get(versionId: string, load: () => Promise<Loaded>): Promise<CachedPlan>;
}

/** What a plan is made of. */
interface Loaded {
  readonly definition: Definition;
  readonly types: NodeRegistry;
}

/** The plan of a definition; null when it does not compile with the node types there are now. */
export const planOf = ({ definition, types }: Loaded): Plan | null => {
  try {
    return compile(definition, types);
  } catch {
    return null;
  }
};

/** Plan and templates take a multiple of the text they come from: some 150 MB with this figure. */
const MAX_DEFINITION_CHARACTERS = 16 * 1024 * 1024;

/** Keeps the plans used last. Versions never change, so nothing in it can be stale. */
export const makePlanCache = (maxCharacters = MAX_DEFINITION_CHARACTERS): PlanCache => {
  const entries = new Map<string, { plan: CachedPlan; size: number }>();
  let size = 0;
  const keep = (versionId: string, plan: CachedPlan, characters: number): void => {
    entries.set(versionId, { plan, size: characters });
    size += characters;
    for (const [oldest, entry] of entries) {
      if (size <= maxCharacters || oldest === versionId) break;
      entries.delete(oldest);
      size -= entry.size;
    }
  };
  return {
    get: async (versionId, load) => {
      const known = entries.get(versionId);
      if (known) {
        entries.delete(versionId);
        entries.set(versionId, known);
        return known.plan;
      }
      const { definition, types } = await load();
      const text = JSON.stringify(definition);
      const plan: CachedPlan = {
        plan: compile(definition, types),
        definition,
        mentionsVariables: text.includes('$vars'),
        mentionsWorkflow: text.includes('$workflow'),
      };
      if (!entries.has(versionId)) keep(versionId, plan, text.length);
      return plan;
    },
  };
};
