import type { Template } from './template.ts';
import { isGroup, wordsOf } from './words.ts';

export interface FoundTemplate {
  readonly template: Template;
  /** Above 0; only to be compared with others of the same search. */
  readonly score: number;
}

/** How much a word counts, by where it stands. */
const WEIGHTS: readonly (readonly [weight: number, text: (template: Template) => string])[] = [
  [4, ({ name }) => name],
  [3, ({ tags }) => tags.join(' ')],
  [2, ({ description }) => description],
  [1, ({ category }) => category],
  [1, ({ definition }) => [...new Set(definition.nodes.map(({ type }) => type))].join(' ')],
];

/** Of BM25: how soon more of the same word says no more, and how much long texts are held back. */
const K = 1.5;
const B = 0.5;
/** A word of the same meaning says less than the word itself. */
const GROUP_WEIGHT = 0.5;
/** The beginning of a word says less than the whole. */
const PREFIX_WEIGHT = 0.5;
const SHORTEST_PREFIX = 3;

/** Those that the text may mean, best first: BM25 over what is said of each, with the stems of words and words of the same meaning. */
export const searchTemplates = (
  templates: readonly Template[],
  text: string,
  limit: number,
): readonly FoundTemplate[] => {
  const documents = templates.map((template) => ({ template, counts: countsOf(template) }));
  const lengths = documents.map(({ counts }) => sum([...counts.values()]));
  const average = sum(lengths) / Math.max(1, lengths.length);
  const holders = new Map<string, number>();
  for (const { counts } of documents)
    for (const word of counts.keys()) holders.set(word, (holders.get(word) ?? 0) + 1);
  const asked = [...new Set(wordsOf(text))].flatMap((word) => meant(word, holders));
  const scored = documents.map(({ template, counts }, index) => {
    const held = K * (1 - B + (B * (lengths[index] ?? 0)) / average);
    const score = sum(
      asked.map(({ word, weight }) => {
        const count = counts.get(word) ?? 0;
        return (weight * rarity(holders.get(word) ?? 0, documents.length) * count * (K + 1)) / (count + held);
      }),
    );
    return { template, score };
  });
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.template.id < b.template.id ? -1 : 1))
    .slice(0, limit);
};

const countsOf = (template: Template): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const [weight, textOf] of WEIGHTS)
    for (const word of wordsOf(textOf(template))) counts.set(word, (counts.get(word) ?? 0) + weight);
  return counts;
};

/** The words of the index that a word of the text stands for: itself, or those that begin like it. */
const meant = (word: string, known: ReadonlyMap<string, number>) => {
  if (known.has(word)) return [{ word, weight: isGroup(word) ? GROUP_WEIGHT : 1 }];
  if (isGroup(word) || word.length < SHORTEST_PREFIX) return [];
  const longer = [...known.keys()].filter((each) => each.startsWith(word));
  return longer.map((each) => ({ word: each, weight: PREFIX_WEIGHT / longer.length }));
};

const rarity = (holding: number, all: number): number =>
  Math.log(1 + (all - holding + 0.5) / (holding + 0.5));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
