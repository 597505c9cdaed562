import { z } from 'zod';
import { idSchema } from '../../shared/ids.ts';
import { finishSuggestion } from '../../shared/suggestions/suggest.ts';
import { cloudPlatform } from '../platform.ts';

const invocation = z.object({ suggestionId: idSchema('sug') });

/** Invoked by the function of the API, which does not wait for it. A repeated invocation finds nothing to do. */
export const handler = async (event: unknown): Promise<void> => {
  const { suggestionId } = invocation.parse(event);
  await finishSuggestion(await cloudPlatform(), suggestionId);
};
