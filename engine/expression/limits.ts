import { NodeError } from '../errors.ts';

/** What one evaluation may use. Past any of these the node fails with `expression.limit`. */
export const EXPRESSION_LIMITS = {
  /** Characters of an expression's text. */
  textLength: 20_000,
  milliseconds: 1_000,
  /** How deep evaluation may nest: recursion of functions included. */
  depth: 300,
  /** Elements of any list that an expression builds. */
  elements: 100_000,
  /** Elements of a list that is sorted by a function of the expression's own, which is called about n·log n times. */
  sortedByFunction: 10_000,
  /** Characters of any text that an expression builds. */
  textResult: 4 * 1024 * 1024,
  /** Values in what an expression gives back, however they are nested. */
  values: 1_000_000,
} as const;

export const overLimit = (message: string): NodeError => new NodeError('expression.limit', message);

export const withinElements = (count: number): void => {
  if (count > EXPRESSION_LIMITS.elements)
    throw overLimit(
      `An expression may build a list of ${EXPRESSION_LIMITS.elements} elements; this would have ${count}.`,
    );
};

export const withinText = (length: number): void => {
  if (length > EXPRESSION_LIMITS.textResult)
    throw overLimit(
      `An expression may build a text of ${EXPRESSION_LIMITS.textResult} characters; this would have ${length}.`,
    );
};
