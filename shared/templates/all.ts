import { notFound } from '../auth/visibility.ts';
import { AppError } from '../errors.ts';
import { everyPage } from '../every-page.ts';
import type { Stores } from '../store/stores.ts';
import { savedTemplate } from './saved.ts';
import type { Template } from './template.ts';

type Rows = Pick<Stores, 'templates'>;

const PAGE = 100;

/** The templates that come with Stepwell. Loaded when first asked for: no other call should wait for them. */
const builtIn = async (): Promise<readonly Template[]> => (await import('./library.ts')).LIBRARY;

/** Built-in and saved ones; together some hundred. */
export const everyTemplate = async ({ templates }: Rows): Promise<readonly Template[]> => {
  const rows = await everyPage((cursor) => templates.list({ limit: PAGE, caller: 'templates', cursor }));
  return [...(await builtIn()), ...rows.map(savedTemplate)];
};

/** Throws `resource.notFound`. */
export const templateOf = async ({ templates }: Rows, id: string): Promise<Template> => {
  const found = (await builtIn()).find((template) => template.id === id);
  if (found) return found;
  const row = await templates.get(id);
  if (!row) throw notFound('template');
  return savedTemplate(row);
};

/** Throws `resource.conflict` for a template that comes with Stepwell. */
export const refuseBuiltIn = async (id: string): Promise<void> => {
  if ((await builtIn()).some((template) => template.id === id))
    throw new AppError(
      'resource.conflict',
      'The template comes with Stepwell and cannot be changed. Make a workflow from it and save that as a template.',
    );
};
