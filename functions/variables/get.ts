import { getVariable } from '../../shared/contracts/variables.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownVariable } from '../../shared/variables/access.ts';
import { variableAnswer } from '../../shared/variables/kept-value.ts';

export const get = defineHandler(getVariable, async ({ params, caller, platform }) => {
  const variable = await ownVariable({ caller, platform }, params.variableId);
  return { body: variableAnswer(variable), etag: variable.revision };
});
