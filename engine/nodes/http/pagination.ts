import { z } from 'zod';
import { NodeError } from '../../errors.ts';
import type { Json, JsonObject } from '../../item.ts';
import { isObject } from '../field-path.ts';
import type { Answer } from './answer.ts';

const expression = z.union([z.string().max(8_192), z.boolean()]);

export const writtenPagination = z
  .strictObject({
    by: z.enum(['nextUrl', 'cursor', 'page', 'offset']).default('nextUrl').meta({
      title: 'By',
      description:
        'An address that comes with each answer, a cursor that does, a page number, or the number of the first item.',
    }),
    next: expression.optional().meta({
      title: 'Next',
      description:
        'The next address or cursor, from $response; without it, the address of a Link header. Nothing ends the pages.',
      examples: ['{{ $response.body.paging.next }}'],
    }),
    parameter: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .meta({
        title: 'Parameter',
        description: 'Where cursor, page or offset goes; called like that when left out.',
        examples: ['page'],
      }),
    in: z
      .enum(['query', 'body'])
      .default('query')
      .meta({ title: 'In', description: 'In the query, or in the object that is sent as JSON.' }),
    first: z
      .int()
      .min(0)
      .optional()
      .meta({
        title: 'First',
        description: 'Number of the first page (1) or of the first item (0).',
        examples: [1],
      }),
    size: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .meta({
        title: 'Size',
        description: 'Items of a full page: a shorter one is the last.',
        examples: [100],
      }),
    items: expression.optional().meta({
      title: 'Items',
      description: 'Where the items of a page are; the whole answer when left out.',
      examples: ['{{ $response.body.results }}'],
    }),
    stopWhen: expression.optional().meta({
      title: 'Stop when',
      description: 'True ends the pages.',
      examples: ['{{ $response.body.has_more = false }}'],
    }),
    maxPages: z.int().min(1).max(10_000).default(100).meta({
      title: 'Most pages',
      description: 'Pages beyond are left out, and the log says so.',
    }),
    maxItems: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({
        title: 'Most items',
        description: 'Items beyond are left out; all are taken when left out.',
        examples: [1_000],
      }),
    intervalMilliseconds: z
      .int()
      .min(0)
      .max(60_000)
      .default(0)
      .meta({ title: 'Interval', description: 'Milliseconds between two pages.' }),
  })
  .meta({
    title: 'Pagination',
    description: 'Expressions in it see $response (status, headers, body) and $pageCount.',
  });
export type Pagination = z.output<typeof writtenPagination>;

/** What the next request has that the first had not. */
export interface Turn {
  readonly url?: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: JsonObject;
}

interface Place {
  readonly pagination: Pagination;
  readonly answer: Answer;
  /** Pages and items so far, this page's included. */
  readonly pages: number;
  readonly items: number;
  /** What `next` gave. */
  readonly next: Json | undefined;
  /** The address of this page. */
  readonly url: string;
}

/** What the first request already says. */
export const firstTurn = (pagination: Pagination): Turn => {
  const { by, first } = pagination;
  if (by === 'page') return turnTo(pagination, first ?? 1);
  return by === 'offset' ? turnTo(pagination, first ?? 0) : {};
};

/** Null where there is no next page. Throws `http.badPagination`. */
export const nextTurn = (place: Place): Turn | null => TURNS[place.pagination.by](place);

const TURNS: Readonly<Record<Pagination['by'], (place: Place) => Turn | null>> = {
  nextUrl: ({ pagination, answer, next, url }) => {
    const found = pagination.next === undefined ? linkedNext(answer.headers.link) : next;
    if (isNothing(found)) return null;
    const target = typeof found === 'string' ? URL.parse(found, url) : null;
    if (!target) throw wrong('an address', found);
    return { url: target.href };
  },
  cursor: ({ pagination, next }) => {
    if (isNothing(next)) return null;
    if (typeof next !== 'string' && typeof next !== 'number') throw wrong('a text or a number', next);
    return turnTo(pagination, next);
  },
  page: ({ pagination, pages }) => turnTo(pagination, (pagination.first ?? 1) + pages),
  offset: ({ pagination, pages, items }) =>
    turnTo(pagination, (pagination.first ?? 0) + (pagination.size ? pages * pagination.size : items)),
};

const isNothing = (value: Json | undefined): value is undefined | null | '' | false =>
  value === undefined || value === null || value === '' || value === false;

const wrong = (expected: string, found: Json | undefined): NodeError =>
  new NodeError(
    'http.badPagination',
    `The next page should be ${expected}, and is ${JSON.stringify(found)?.slice(0, 200)}.`,
  );

const turnTo = (pagination: Pagination, value: string | number): Turn => {
  const { by, parameter = by } = pagination;
  return pagination.in === 'query' ? { query: { [parameter]: value } } : { body: { [parameter]: value } };
};

/** The address that a Link header calls the next one (RFC 8288). */
const linkedNext = (header = ''): string | null => {
  for (const [, address = '', parameters = ''] of header.matchAll(/<([^>]*)>([^,<]*)/g)) {
    if (/;\s*rel\s*=\s*("([^"]*\s)?next(\s[^"]*)?"|next\b)/i.test(parameters)) return address;
  }
  return null;
};

/** Whether a page of this many items is the last one of pages that are counted. */
export const isLastPage = ({ by, size }: Pagination, items: number): boolean =>
  (by === 'page' || by === 'offset') && (items === 0 || (size !== undefined && items < size));

/** The list that a page stands for: an empty one where there is nothing. */
export const listOf = (found: Json | undefined): readonly Json[] => {
  if (found === undefined || found === null) return [];
  if (Array.isArray(found)) return found as readonly Json[];
  return isObject(found) && Object.keys(found).length === 0 ? [] : [found];
};
