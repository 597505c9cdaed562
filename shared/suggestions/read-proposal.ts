import { z } from 'zod';
import {
  type DefinitionProblem,
  type NodeRegistry,
  nodeTypes,
  validateDefinition,
} from '../../engine/index.ts';
import type { Json, JsonObject } from '../../engine/item.ts';
import { IN_WORDS } from '../../engine/schema-words.ts';
import { mended } from './mend.ts';
import { withoutSecrets } from './no-secrets.ts';
import type { Need, Proposal } from './suggestion.ts';

/** What an answer is read by. */
export interface Reading {
  /** Credentials the workflow has already: the only ones an answer may name. */
  readonly credentialIds: ReadonlySet<string>;
  readonly validate: (definition: unknown) => Promise<readonly DefinitionProblem[]>;
}

/** Far below the largest row there may be. */
const MOST_BYTES = 250 * 1024;

const written = z.looseObject({
  name: z.string().min(1).max(255),
  explanation: z.string().max(10_000).default(''),
  definition: z.looseObject({}),
  needs: z
    .array(
      z.looseObject({
        kind: z.enum(['credential', 'value']).catch('value'),
        nodeId: z.string().max(64).nullable().catch(null).default(null),
        what: z.string().min(1).max(1_000),
      }),
    )
    .max(100)
    .catch([])
    .default([]),
});

/** A proposal out of whatever a model wrote, or what is to be said to it. Nothing that looks like a secret stays in it. */
export const readProposal = async (
  input: Json,
  { credentialIds, validate }: Reading,
): Promise<{ readonly proposal: Proposal } | { readonly complaint: string }> => {
  if (JSON.stringify(input).length > MOST_BYTES)
    return { complaint: `The answer is larger than ${MOST_BYTES} bytes.` };
  const parsed = written.safeParse(input, IN_WORDS);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);
    return { complaint: `The input of the tool does not fit: ${issues.join('; ')}` };
  }
  const { name, explanation, needs } = parsed.data;
  const { definition, found } = withoutSecrets(mended(parsed.data.definition as JsonObject, credentialIds));
  const problems = await validate(definition);
  const read = validateDefinition(definition).definition;
  const all = together([
    ...needs.map(({ kind, nodeId, what }) => ({ kind, nodeId, what })),
    ...found,
    ...missingCredentials(definition),
  ]);
  return {
    proposal: {
      name,
      explanation,
      // Completed as saving would, where it can be read at all.
      definition: read ?? definition,
      needs: all,
      problems,
      isValid: !problems.some((each) => each.severity === 'error' && !isLeftOpen(each, definition, all)),
    },
  };
};

/** An empty parameter whose value is said to be the user's to supply is no mistake. */
const isLeftOpen = (
  { pointer, nodeId }: DefinitionProblem,
  definition: JsonObject,
  needs: readonly Need[],
): boolean =>
  needs.some((need) => need.kind === 'value' && need.nodeId === nodeId) &&
  (pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as JsonObject | undefined)?.[key], definition) || '') === '';

/** Nodes that take a credential and have none: whether they need one only their user knows. */
const missingCredentials = (definition: JsonObject): readonly Need[] => {
  const nodes = (Array.isArray(definition.nodes) ? definition.nodes : []) as readonly (JsonObject | null)[];
  const types: NodeRegistry = nodeTypes;
  return nodes.flatMap((node): Need[] => {
    const type = types.get(String(node?.type));
    if (!type || type.credentialTypes.length === 0 || node?.credentialId !== undefined) return [];
    const what = `A credential of type ${type.credentialTypes.join(' or ')}, if the service asks for one.`;
    return [{ kind: 'credential', nodeId: String(node?.id), what }];
  });
};

/** One need per node and kind: what the model has said of it comes first. */
const together = (needs: readonly Need[]): readonly Need[] => {
  const seen = new Set<string>();
  return needs.filter(({ kind, nodeId, what }) => {
    const key = kind === 'credential' && nodeId !== null ? `${kind} ${nodeId}` : `${kind} ${nodeId} ${what}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
};
