import type { Stores } from '../store/stores.ts';
import { everyTemplate } from './all.ts';
import { type FoundTemplate, searchTemplates } from './search.ts';

/** The built-in and the saved templates that a text may mean, best first; none where nothing fits. */
export const findTemplates = async (
  stores: Pick<Stores, 'templates'>,
  text: string,
  limit: number,
): Promise<readonly FoundTemplate[]> => searchTemplates(await everyTemplate(stores), text, limit);
