import { modelConfiguration } from '../../shared/ai/model-configuration.ts';
import { PROVIDERS } from '../../shared/ai/provider-names.ts';
import type { Caller } from '../../shared/auth/caller.ts';
import type { AiModelRecord } from '../../shared/store/ai-models.ts';

/** A model as the API shows it. Where it is called and as whom is for admins. */
export const answerOf = (
  { createdBy: _createdBy, configuration, provider, ...row }: AiModelRecord,
  caller: Caller,
) => ({
  ...row,
  provider: PROVIDERS.find((each) => each === provider) ?? PROVIDERS[0],
  configuration: caller.role === 'admin' ? modelConfiguration.parse(JSON.parse(configuration ?? '{}')) : null,
});
