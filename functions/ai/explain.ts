import { refuseBeyondAllowance } from '../../shared/ai/platform-ai.ts';
import { explainExecution } from '../../shared/contracts/ai.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { explain as explainFailure } from '../../shared/suggestions/explain.ts';
import { languageModel } from '../../shared/suggestions/language-model.ts';
import { ownExecution } from '../executions/access.ts';

export const explain = defineHandler(explainExecution, async ({ body, caller, platform }) => {
  const execution = await ownExecution({ caller, platform }, body.executionId);
  if (execution.status !== 'failed')
    throw new AppError(
      'resource.conflict',
      `The execution is ${execution.status}; only one that failed can be explained.`,
    );
  const modelId = await languageModel(platform.stores, body.modelId, caller.userId);
  if (modelId !== null) await refuseBeyondAllowance(platform, caller.userId);
  return { body: await explainFailure(platform, { execution, modelId, userId: caller.userId }) };
});
