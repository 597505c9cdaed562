import { type Definition, LIMITS } from '../../engine/definition.ts';
import { type DefinitionProblem, nodeTypes, validateDefinition } from '../../engine/index.ts';
import { AppError } from '../errors.ts';

export interface Draft {
  readonly definition: Definition;
  readonly problems: readonly DefinitionProblem[];
}

/**
 * A definition as it is stored. It says which release of each node type it means, so that later ones change nothing.
 * Problems do not keep it from being saved.
 */
export const draftOf = (written: Definition): Draft => {
  const nodes = written.nodes.map((node) => {
    const typeVersion = node.typeVersion ?? nodeTypes.get(node.type)?.version;
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
  return { definition, problems: validateDefinition(definition).problems };
};

export const verdictOf = (definition: unknown) => {
  const { problems } = validateDefinition(definition);
  return { valid: !problems.some(isError), problems };
};

/** Throws with every error of a definition that cannot run; warnings do not count. */
export const refuseInvalid = (definition: Definition): void => {
  const errors = validateDefinition(definition).problems.filter(isError);
  if (errors.length === 0) return;
  const more = errors.length > 1 ? ` And ${errors.length - 1} more; see errors.` : '';
  throw new AppError('workflow.invalid', `${errors[0]?.message}${more}`, {
    errors: errors.map(({ pointer, message, code, nodeId }) => ({
      pointer,
      message,
      code,
      ...(nodeId === undefined ? {} : { nodeId }),
    })),
  });
};

const isError = (problem: DefinitionProblem): boolean => problem.severity === 'error';
