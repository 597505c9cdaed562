import type { Json } from './item.ts';

/** A year as other libraries have it: taken as it is it gives nonsense, and no error. */
const OF_OTHERS = /YYYY/;

/** Why a pattern does not mean what it looks like; undefined when it does. Text in single quotes stands for itself. */
export const patternProblem = (pattern: string): string | undefined =>
  OF_OTHERS.test(pattern.replaceAll(/'[^']*'/g, ''))
    ? `must have years as yyyy and days as dd; ${JSON.stringify(pattern)} came`
    : undefined;

/** What can be said of one before a node runs; one that an expression gives is taken as it comes. */
export const patternProblems = (
  pointer: string,
  written: Json | undefined,
): { readonly pointer: string; readonly message: string }[] => {
  if (typeof written !== 'string' || written.includes('{{')) return [];
  const message = patternProblem(written);
  return message === undefined ? [] : [{ pointer, message }];
};
