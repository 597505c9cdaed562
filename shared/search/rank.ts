import { formsOf, isGroup, wordsOf, writtenIn } from './words.ts';

/** How much a word counts, by where it stands. */
export type Weights<T> = readonly (readonly [weight: number, text: (document: T) => string])[];

export interface Ranked<T> {
  readonly document: T;
  /** Above 0; only to be compared with others of the same search. */
  readonly score: number;
}

/** Of BM25: how soon more of the same word says no more, and how much long texts are held back. */
const K = 1.5;
const B = 0.5;
/** A word of the same meaning says less than the word itself. */
const GROUP_WEIGHT = 0.5;
/** The beginning of a word says less than the whole. */
const PREFIX_WEIGHT = 0.5;
const SHORTEST_PREFIX = 3;

/** Documents that a text may mean, best first and otherwise in their order: BM25 over stems and words of the same meaning. */
export const rank = <T>(documents: readonly T[], text: string, weights: Weights<T>): readonly Ranked<T>[] => {
  const counted = documents.map((document) => ({ document, counts: countsOf(document, weights) }));
  const lengths = counted.map(({ counts }) => sum([...counts.values()]));
  const average = sum(lengths) / Math.max(1, lengths.length);
  const holders = new Map<string, number>();
  for (const { counts } of counted)
    for (const word of counts.keys()) holders.set(word, (holders.get(word) ?? 0) + 1);
  const asked = askedFor(text, holders);
  return counted
    .map(({ document, counts }, index) => {
      const held = K * (1 - B + (B * (lengths[index] ?? 0)) / average);
      const score = sum(
        asked.map(({ word, weight }) => {
          const count = counts.get(word) ?? 0;
          return (
            (weight * rarity(holders.get(word) ?? 0, documents.length) * count * (K + 1)) / (count + held)
          );
        }),
      );
      return { document, score };
    })
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score);
};

const countsOf = <T>(document: T, weights: Weights<T>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const [weight, textOf] of weights)
    for (const word of wordsOf(textOf(document))) counts.set(word, (counts.get(word) ?? 0) + weight);
  return counts;
};

interface Asked {
  readonly word: string;
  readonly weight: number;
}

/** The words of the index that a text asks for. */
const askedFor = (text: string, known: ReadonlyMap<string, number>): readonly Asked[] => {
  const forms = new Map(
    writtenIn(text).flatMap((written) => formsOf(written).map((form) => [form, written])),
  );
  return [...forms].flatMap(([form, written]) => meant(form, written, known));
};

/** What one form of a word stands for: itself, or those that begin as it is written. Its stem begins words of any meaning. */
const meant = (form: string, written: string, known: ReadonlyMap<string, number>): readonly Asked[] => {
  if (known.has(form)) return [{ word: form, weight: isGroup(form) ? GROUP_WEIGHT : 1 }];
  if (isGroup(form) || written.length < SHORTEST_PREFIX) return [];
  const longer = [...known.keys()].filter((each) => each.startsWith(written));
  return longer.map((each) => ({ word: each, weight: PREFIX_WEIGHT / longer.length }));
};

const rarity = (holding: number, all: number): number =>
  Math.log(1 + (all - holding + 0.5) / (holding + 0.5));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
