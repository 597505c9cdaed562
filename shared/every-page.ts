/** All rows of a list, page by page. */
export const everyPage = async <T>(
  page: (cursor: string | undefined) => Promise<{ data: readonly T[]; nextCursor: string | null }>,
): Promise<T[]> => {
  const all: T[] = [];
  let cursor: string | null | undefined;
  do {
    const { data, nextCursor } = await page(cursor ?? undefined);
    all.push(...data);
    cursor = nextCursor;
  } while (cursor !== null);
  return all;
};
