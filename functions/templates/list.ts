import { listTemplates } from '../../shared/contracts/templates.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { pageOfAll } from '../../shared/http/page-of-all.ts';
import { everyTemplate } from '../../shared/templates/all.ts';
import { searchTemplates } from '../../shared/templates/search.ts';
import type { Template } from '../../shared/templates/template.ts';
import { summaryOf } from './answer.ts';

export const list = defineHandler(listTemplates, async ({ query, platform }) => {
  const { q, category, tag, isFeatured } = query;
  const fitting = (await everyTemplate(platform.stores))
    .filter((each) => category === undefined || each.category === category)
    .filter((each) => tag === undefined || each.tags.includes(tag))
    .filter((each) => isFeatured === undefined || each.isFeatured === isFeatured);
  const ordered =
    q === undefined
      ? fitting.toSorted(byFeature)
      : searchTemplates(fitting, q, fitting.length).map(({ template }) => template);
  const { data, nextCursor } = pageOfAll(ordered, ({ id }) => id, query);
  return { body: { data: data.map(summaryOf), nextCursor } };
});

const byFeature = (a: Template, b: Template): number =>
  Number(b.isFeatured) - Number(a.isFeatured) || a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1);
