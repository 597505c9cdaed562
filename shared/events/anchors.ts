import { type EventPattern, parsePattern } from '../../engine/events/pattern.ts';
import type { JsonObject } from '../../engine/item.ts';

const ANY = 'any';
/** Each is a row; a pattern with more texts than this is looked at for every event. */
const MOST_ANCHORS = 5;
/** Longer than any source or detail type may be. */
const MAX_CHARACTERS = 256;

const FIELDS = ['source', 'detail-type'] as const;

/** Under which keys a pattern is looked up: the texts of which an event must have one as its source, or as its detail type. */
export const anchorsOf = (pattern: EventPattern): string[] => {
  for (const field of FIELDS) {
    const texts = [...new Set(pattern.literals(field))];
    const fits = texts.every((text) => text.length <= MAX_CHARACTERS);
    if (texts.length > 0 && texts.length <= MOST_ANCHORS && fits)
      return texts.map((text) => `${field}#${text}`);
  }
  return [ANY];
};

/** The keys under which all patterns lie that may fit an event. */
export const anchorsFor = (envelope: JsonObject): string[] => [
  ...FIELDS.map((field) => `${field}#${envelope[field]}`),
  ANY,
];

/** A pattern that was checked when it was saved. */
export const storedPattern = (written: JsonObject): EventPattern => {
  const result = parsePattern(written);
  if ('problem' in result) throw new Error(`The pattern ${result.problem.message}.`);
  return result.pattern;
};
