import { deleteVariable } from '../../shared/contracts/variables.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownVariable } from '../../shared/variables/access.ts';

export const remove = defineHandler(deleteVariable, async ({ params, caller, platform, ifMatch }) => {
  const { id, revision } = await ownVariable({ caller, platform }, params.variableId);
  if (ifMatch !== null && ifMatch !== revision) {
    throw new AppError('resource.changed', 'The variable was changed. Read it again.');
  }
  await platform.stores.variables.remove(id);
  return undefined;
});
