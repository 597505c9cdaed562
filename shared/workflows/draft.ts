import { type Definition, LIMITS } from '../../engine/definition.ts';
import { type DefinitionProblem, validateDefinition } from '../../engine/index.ts';
import { typesFor } from '../catalogue/custom-types.ts';
import { AppError } from '../errors.ts';
import { errorWorkflowProblem } from './error-workflow-problem.ts';
import { contextOf, type OwnedBy } from './owned-by.ts';

export interface Draft {
  readonly definition: Definition;
  readonly problems: readonly DefinitionProblem[];
}

/**
 * A definition as it is stored. It says which release of each node type it means, so that later ones change nothing.
 * Problems do not keep it from being saved.
 */
export const draftOf = async (written: Definition, owned: OwnedBy): Promise<Draft> => {
  const types = await typesFor(owned.stores, written.nodes);
  const nodes = written.nodes.map((node) => {
    const typeVersion = node.typeVersion ?? types.get(node.type)?.version;
    return typeVersion === undefined ? node : { ...node, typeVersion };
  });
  const definition = { ...written, nodes };
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes > LIMITS.definitionBytes) {
    throw new AppError(
      'request.tooLarge',
      `The definition has ${bytes} bytes; ${LIMITS.definitionBytes} are allowed.`,
    );
  }
  return { definition, problems: await problemsOf(definition, owned) };
};

export const verdictOf = async (definition: unknown, owned: OwnedBy) => {
  const problems = await problemsOf(definition, owned);
  return { valid: !problems.some(isError), problems };
};

/** Throws with every error of a definition that cannot run; warnings do not count. */
export const refuseInvalid = async (definition: Definition, owned: OwnedBy): Promise<void> => {
  const errors = (await problemsOf(definition, owned)).filter(isError);
  if (errors.length === 0) return;
  throw new AppError('workflow.invalid', summary(errors, definition), {
    errors: errors.map(({ pointer, message, code, nodeId }) => ({
      pointer,
      message,
      code,
      ...(nodeId === undefined ? {} : { nodeId }),
    })),
  });
};

/** The first of the errors and where it is, for those who read no list. */
const summary = ([first, ...more]: readonly DefinitionProblem[], { nodes }: Definition): string => {
  const name = nodes.find(({ id }) => id === first?.nodeId)?.name;
  const whose = name === undefined ? 'definition' : `node ${JSON.stringify(name)}`;
  return `${whose} ${first?.pointer || 'as a whole'}: ${first?.message}.${more.length > 0 ? ` And ${more.length} more; see errors.` : ''}`;
};

const problemsOf = async (definition: unknown, owned: OwnedBy): Promise<readonly DefinitionProblem[]> => [
  ...validateDefinition(definition, await contextOf(definition, owned)).problems,
  ...(await errorWorkflowProblem(definition, owned)),
];

const isError = (problem: DefinitionProblem): boolean => problem.severity === 'error';
