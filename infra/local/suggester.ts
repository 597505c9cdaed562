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

/** Goes on with the suggestions that were under way when the last life of this instance ended. */
export const goOnWithSuggestions = async (platform: Platform): Promise<void> => {
  try {
    const { takeUpSuggestions } = await import('../../shared/suggestions/take-up.ts');
    await takeUpSuggestions(platform);
  } catch (error) {
    platform.log({ level: 'error', message: 'suggestions could not be taken up', error: String(error) });
  }
};
