import { listTemplates } from '../../shared/contracts/templates.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { everyTemplate } from '../../shared/templates/all.ts';
import { searchTemplates } from '../../shared/templates/search.ts';
import type { Template } from '../../shared/templates/template.ts';
import { summaryOf } from './answer.ts';

export const list = defineHandler(listTemplates, async ({ query, platform }) => {
  const { q, category, tag, isFeatured, cursor, limit } = query;
  const fitting = (await everyTemplate(platform.stores))
    .filter((each) => category === undefined || each.category === category)
    .filter((each) => tag === undefined || each.tags.includes(tag))
    .filter((each) => isFeatured === undefined || each.isFeatured === isFeatured);
  const ordered =
    q === undefined
      ? fitting.toSorted(byFeature)
      : searchTemplates(fitting, q, fitting.length).map(({ template }) => template);
  const start = cursor === undefined ? 0 : positionBehind(ordered, cursor);
  const page = ordered.slice(start, start + limit);
  const isMore = start + page.length < ordered.length;
  return { body: { data: page.map(summaryOf), nextCursor: (isMore && page.at(-1)?.id) || null } };
});

const byFeature = (a: Template, b: Template): number =>
  Number(b.isFeatured) - Number(a.isFeatured) || a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1);

/** Templates are the same for everybody: the id a page ended with is cursor enough. */
const positionBehind = (templates: readonly Template[], cursor: string): number => {
  const at = templates.findIndex(({ id }) => id === cursor);
  if (at >= 0) return at + 1;
  throw new AppError('request.cursor', 'Use the nextCursor of this list, with the same filters.', {
    errors: [{ in: 'query', pointer: '/cursor', message: 'was not made for this list and these filters' }],
  });
};
