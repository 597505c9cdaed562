import { z } from 'zod';
import { IN_WORDS } from '../../engine/schema-words.ts';
import { AppError, type Problem } from '../errors.ts';
import { handlerOf } from './exchange.ts';
import { escapePointer } from './json-body.ts';
import type { Middleware } from './middleware.ts';
import { parseQuery } from './query-string.ts';

const NOTHING = z.strictObject({});
const NO_BODY = NOTHING.optional();
const MOST_PROBLEMS = 100;

/** Checks path, query and body against the route and answers with all problems at once. */
export const validation = (): Middleware => ({
  before: ({ event: exchange }) => {
    const { route } = handlerOf(exchange);
    const params = check(route.params ?? NOTHING, exchange.params, 'path');
    const query = check(route.query ?? NOTHING, parseQuery(exchange), 'query');
    const body = check(route.body ?? NO_BODY, exchange.body);
    const problems = [...params.problems, ...query.problems, ...body.problems];
    if (problems.length > 0) {
      throw new AppError('request.invalid', summary(problems), { errors: problems.slice(0, MOST_PROBLEMS) });
    }
    exchange.params = params.value;
    exchange.query = query.value;
    exchange.body = body.value;
  },
});

const check = (schema: z.ZodType, value: unknown, place?: 'path' | 'query') => {
  const result = schema.safeParse(value, IN_WORDS);
  if (result.success) return { value: result.data, problems: [] };
  return { value: undefined, problems: result.error.issues.flatMap((issue) => problemsOf(issue, place)) };
};

/** An issue of zod as problems: one for each key that does not belong there. */
const problemsOf = (issue: z.core.$ZodIssue, place: 'path' | 'query' | undefined): Problem[] => {
  const at = (...path: readonly PropertyKey[]): Pick<Problem, 'in' | 'pointer'> => ({
    ...(place ? { in: place } : {}),
    pointer: path.map((segment) => `/${escapePointer(String(segment))}`).join(''),
  });
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...at(...issue.path, key),
      message: issue.message,
      code: 'unknown',
    }));
  }
  return [{ ...at(...issue.path), message: issue.message, code: issue.code }];
};

const summary = (problems: readonly Problem[]): string => {
  const [first] = problems;
  const where = first ? `${first.in ?? 'body'} ${first.pointer || 'as a whole'}: ${first.message}` : '';
  const more = problems.length > 1 ? ` And ${problems.length - 1} more; see errors.` : '';
  return `${where}.${more}`;
};
