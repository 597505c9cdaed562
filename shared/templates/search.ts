import { rank, type Weights } from '../search/rank.ts';
import type { Template } from './template.ts';

export interface FoundTemplate {
  readonly template: Template;
  /** Above 0; only to be compared with others of the same search. */
  readonly score: number;
}

const WEIGHTS: Weights<Template> = [
  [4, ({ name }) => name],
  [3, ({ tags }) => tags.join(' ')],
  [2, ({ description }) => description],
  [1, ({ category }) => category],
  [1, ({ definition }) => [...new Set(definition.nodes.map(({ type }) => type))].join(' ')],
];

/** Those that the text may mean, best first. */
export const searchTemplates = (
  templates: readonly Template[],
  text: string,
  limit: number,
): readonly FoundTemplate[] =>
  rank(templates, text, WEIGHTS)
    .slice(0, limit)
    .map(({ document, score }) => ({ template: document, score }));
