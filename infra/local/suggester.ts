import type { Platform } from '../../shared/platform.ts';
import type { Suggester } from '../../shared/suggestions/suggester.ts';

/** Finishes suggestions in this process, after the request that asked has been answered. */
export const localSuggester = (platform: () => Platform): Suggester => ({
  begin: async (suggestionId) => {
    const finish = async () => {
      const { finishSuggestion } = await import('../../shared/suggestions/suggest.ts');
      await finishSuggestion(platform(), suggestionId);
    };
    finish().catch((error: unknown) =>
      platform().log({
        level: 'error',
        message: 'a suggestion could not be finished',
        suggestionId,
        error: String(error),
      }),
    );
  },
});
