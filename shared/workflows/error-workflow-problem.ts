import { type Definition, definitionSchema } from '../../engine/definition.ts';
import type { DefinitionProblem } from '../../engine/index.ts';
import type { OwnedBy } from './owned-by.ts';
import { triggersOf } from './triggers.ts';

const POINTER = '/settings/errorWorkflowId';

/** What is wrong with the workflow that is to be started by failures: it would be passed over in silence. */
export const errorWorkflowProblem = async (
  written: unknown,
  { stores, ownerId, workflowId }: OwnedBy,
): Promise<readonly DefinitionProblem[]> => {
  const settings = definitionSchema.shape.settings.safeParse(
    (written as Partial<Definition> | null)?.settings,
  );
  const id = settings.data?.errorWorkflowId;
  if (!id) return [];
  const problem = (message: string, severity: 'error' | 'warning'): DefinitionProblem[] => [
    { pointer: POINTER, message, code: 'settings.errorWorkflow', severity },
  ];
  const workflow = await stores.workflows.get(id);
  if (workflow?.createdBy !== ownerId)
    return problem(`names the workflow "${id}", which does not exist or is not the owner's`, 'error');
  if (workflow.publishedVersion === null)
    // A workflow may deal with its own failures: it is then published by this very definition.
    return id === workflowId
      ? []
      : problem('names a workflow that is not published: nothing is started', 'warning');
  const version = await stores.workflowVersions.get(id, workflow.publishedVersion);
  const hasTrigger = version && triggersOf(version.definition).some(({ kind }) => kind === 'error');
  return hasTrigger
    ? []
    : problem('names a workflow without an error trigger: nothing is started', 'warning');
};
