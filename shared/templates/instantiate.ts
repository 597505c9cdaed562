import { type Definition, definitionSchema } from '../../engine/definition.ts';
import type { Json } from '../../engine/item.ts';
import { AppError, type Problem } from '../errors.ts';
import { withValue } from './path.ts';
import type { Template } from './template.ts';

interface Choices {
  /** Ids of credentials by node. */
  readonly credentials: Readonly<Record<string, string>>;
  /** By path, as the template names them. */
  readonly values: Readonly<Record<string, Json>>;
}

/** A template’s definition, filled in. Throws `request.invalid` for what the template does not ask for. */
export const instantiated = (template: Template, { credentials, values }: Choices): Definition => {
  refuseStrange(template, { credentials, values });
  const withCredentials = template.definition.nodes.map((node) => {
    const credentialId = Object.hasOwn(credentials, node.id) ? credentials[node.id] : undefined;
    return credentialId === undefined ? node : { ...node, credentialId };
  });
  const nodes = Object.entries(values).reduce(
    (before, [path, value]) => withValue(before, path, value) ?? before,
    withCredentials,
  );
  return definitionSchema.parse({ ...template.definition, nodes });
};

const refuseStrange = (template: Template, { credentials, values }: Choices): void => {
  const nodes = template.credentials.map(({ nodeId }) => nodeId);
  const paths = template.values.map(({ path }) => path);
  const errors: Problem[] = [
    ...Object.keys(credentials)
      .filter((id) => !nodes.includes(id))
      .map((id) => problem('/credentials', id, nodes)),
    ...Object.keys(values)
      .filter((path) => !paths.includes(path))
      .map((path) => problem('/values', path, paths)),
  ];
  if (errors.length > 0)
    throw new AppError('request.invalid', 'The template asks for no such thing.', { errors });
};

const problem = (where: string, name: string, known: readonly string[]): Problem => ({
  pointer: `${where}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  message: known.length > 0 ? `must be one of ${known.join(', ')}` : 'is nothing that the template asks for',
});
