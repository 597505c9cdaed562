import { updateVariable } from '../../shared/contracts/variables.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownVariable } from '../../shared/variables/access.ts';
import { invalid, keptValue, variableAnswer } from '../../shared/variables/kept-value.ts';
import { readValue } from '../../shared/variables/value.ts';

export const update = defineHandler(updateVariable, async ({ params, body, caller, platform, ifMatch }) => {
  const before = await ownVariable({ caller, platform }, params.variableId);
  const { value, ...columns } = body;
  const after = { ...before, ...columns };
  const isOtherwise = after.type !== before.type || after.isSecret !== before.isSecret;
  if (isOtherwise && before.isSecret && value === undefined)
    throw invalid('/value', 'is needed, as that of a secret is not given away');
  const kept =
    value !== undefined || isOtherwise
      ? { value: await keptValue(platform.vault, after, value ?? readValue(before)) }
      : {};
  const variable = await platform.stores.variables.update(
    before.id,
    { ...columns, ...kept },
    // Depends on what was read, so it must be what is there.
    ifMatch ?? before.revision,
  );
  return { body: variableAnswer(variable), etag: variable.revision };
});
