import { everyPage } from '../every-page.ts';
import type { Stores } from '../store/stores.ts';
import { savedTemplate } from './saved.ts';
import type { Template } from './template.ts';

const PAGE = 100;

/** The templates that come with Stepwell. Loaded when first asked for: no other call should wait for them. */
const builtInTemplates = async (): Promise<readonly Template[]> => (await import('./library.ts')).LIBRARY;

/** Built-in and saved ones; together some hundred. */
export const everyTemplate = async ({
  templates,
}: Pick<Stores, 'templates'>): Promise<readonly Template[]> => {
  const rows = await everyPage((cursor) => templates.list({ limit: PAGE, caller: 'templates', cursor }));
  return [...(await builtInTemplates()), ...rows.map(savedTemplate)];
};
