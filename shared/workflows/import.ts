import type { Definition } from '../../engine/definition.ts';
import type { DefinitionProblem } from '../../engine/index.ts';
import type { WorkflowPackage } from '../contracts/packages.ts';
import { AppError } from '../errors.ts';
import type { Stores } from '../store/stores.ts';
import { OWN, withCredentials } from './credentials-in.ts';

interface Imported {
  readonly definition: Definition;
  /** What the package needs and is not here. */
  readonly problems: readonly DefinitionProblem[];
}

interface Choices {
  readonly credentials: Readonly<Record<string, string>>;
  readonly workflows: Readonly<Record<string, string>>;
}

/** A package as a definition of this deployment: keys become ids of the owner's credentials, or are left out with a problem. */
export const importPackage = async (
  stores: Stores,
  ownerId: string,
  written: WorkflowPackage,
  choices: Choices,
): Promise<Imported> => {
  const { requirements } = written;
  refuseUnknown(written, choices);
  const found = new Map<string, string>();
  for (const { key, type, name } of requirements.credentials) {
    const id = chosen(choices.credentials, key) ?? (await matching(stores, ownerId, type, name));
    if (id) found.set(key, id);
  }
  const renamed = renameWorkflows(written.definition, choices.workflows);
  const problems: DefinitionProblem[] = [];
  const wanted = new Map(requirements.credentials.map((each) => [each.key, each]));
  const nodes = renamed.nodes.map((node, index) =>
    withCredentials(node, (key, pointer) => {
      if (pointer !== OWN && !wanted.has(key)) return key;
      const credentialId = found.get(key);
      if (credentialId === undefined)
        problems.push({
          pointer: `/nodes/${index}${pointer}`,
          message: `needs a credential ${inWords(wanted.get(key), key)}: choose one of yours`,
          code: 'import.credentialMissing',
          severity: 'warning',
          nodeId: node.id,
        });
      return credentialId;
    }),
  );
  for (const id of requirements.workflows.filter((each) => !chosen(choices.workflows, each))) {
    const here = await stores.workflows.get(id);
    if (here?.createdBy === ownerId) continue;
    const message = `refers to the workflow ${id}, which is not here: name the one that takes its place`;
    problems.push({ pointer: '/settings', message, code: 'import.workflowMissing', severity: 'warning' });
  }
  return { definition: { ...renamed, nodes }, problems };
};

const inWords = (
  wanted: WorkflowPackage['requirements']['credentials'][number] | undefined,
  key: string,
): string =>
  wanted?.type ? `of type "${wanted.type}"${wanted.name ? `, there named "${wanted.name}"` : ''}` : key;

/** Keys are the package's: one may be called "constructor". */
const chosen = (choices: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(choices, key) ? choices[key] : undefined;

const refuseUnknown = ({ requirements }: WorkflowPackage, { credentials, workflows }: Choices): void => {
  const keys = new Set(requirements.credentials.map(({ key }) => key));
  const errors = [
    ...Object.keys(credentials).flatMap((key) => (keys.has(key) ? [] : [`/credentials/${key}`])),
    ...Object.keys(workflows).flatMap((id) =>
      requirements.workflows.includes(id) ? [] : [`/workflows/${id}`],
    ),
  ].map((pointer) => ({ pointer, message: 'is nothing that the package requires' }));
  if (errors.length > 0)
    throw new AppError('request.invalid', 'The package requires no such thing.', { errors });
};

/** A credential of the same type and name, where there is exactly one. */
const matching = async (
  { credentials }: Stores,
  ownerId: string,
  type: string | null,
  name: string | null,
): Promise<string | undefined> => {
  if (type === null || name === null) return undefined;
  const { data } = await credentials.listByType({ createdBy: ownerId, type, limit: 100, caller: ownerId });
  const same = data.filter((each) => each.name === name);
  return same.length === 1 ? same[0]?.id : undefined;
};

const renameWorkflows = (definition: Definition, workflows: Readonly<Record<string, string>>): Definition => {
  if (Object.keys(workflows).length === 0) return definition;
  const text = JSON.stringify(definition).replaceAll(/\bwf_[0-9a-z]{26}\b/g, (id) =>
    JSON.stringify(chosen(workflows, id) ?? id).slice(1, -1),
  );
  return JSON.parse(text) as Definition;
};
