import { createVariable } from '../../shared/contracts/variables.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { newId } from '../../shared/ids.ts';
import { keptValue, variableAnswer } from '../../shared/variables/kept-value.ts';
import { writableWorkflow } from '../../shared/workflows/access.ts';

export const create = defineHandler(createVariable, async ({ body, caller, platform }) => {
  const { value, workflowId, ...columns } = body;
  // That of a workflow belongs to whom the workflow belongs to, whoever makes it.
  const createdBy =
    workflowId === null
      ? caller.userId
      : (await writableWorkflow({ caller, platform }, workflowId)).createdBy;
  const described = { ...columns, id: newId('var'), createdBy };
  const variable = await platform.stores.variables.create(
    {
      ...columns,
      createdBy,
      workflowId,
      scope: workflowId === null ? 'global' : 'workflow',
      value: await keptValue(platform.vault, described, value),
    },
    described.id,
  );
  return { body: variableAnswer(variable), etag: variable.revision };
});
