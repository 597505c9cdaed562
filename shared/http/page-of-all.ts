import { AppError } from '../errors.ts';

interface Asked {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** One page of a list that is the same for everybody: the name a page ended with is cursor enough. */
export const pageOfAll = <T>(
  all: readonly T[],
  nameOf: (each: T) => string,
  { cursor, limit }: Asked,
): { readonly data: T[]; readonly nextCursor: string | null } => {
  const start = cursor === undefined ? 0 : positionBehind(all.map(nameOf), cursor);
  const data = all.slice(start, start + limit);
  const last = data.at(-1);
  const isMore = start + data.length < all.length;
  return { data, nextCursor: isMore && last !== undefined ? nameOf(last) : null };
};

const positionBehind = (names: readonly string[], cursor: string): number => {
  const at = names.indexOf(cursor);
  if (at >= 0) return at + 1;
  throw new AppError('request.cursor', 'Use the nextCursor of this list, with the same filters.', {
    errors: [{ in: 'query', pointer: '/cursor', message: 'was not made for this list and these filters' }],
  });
};
