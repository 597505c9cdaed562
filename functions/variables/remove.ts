import { deleteVariable } from '../../shared/contracts/variables.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { refuseChanged } from '../../shared/http/preconditions.ts';
import { ownVariable } from '../../shared/variables/access.ts';

export const remove = defineHandler(deleteVariable, async ({ params, caller, platform, ifMatch }) => {
  const { id, revision } = await ownVariable({ caller, platform }, params.variableId);
  refuseChanged('variable', revision, ifMatch);
  await platform.stores.variables.remove(id);
  return undefined;
});
