import { z } from 'zod';

/** How every list is asked for: spread into the query schema of the list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(50).describe('Most entries to answer with.'),
  cursor: z.string().min(1).max(4096).optional().describe('`nextCursor` of the page before.'),
};

/** How every list answers. `nextCursor` is null on the last page. */
export const pageOf = <Entry extends z.ZodType>(entry: Entry) =>
  z.object({ data: z.array(entry), nextCursor: z.string().nullable() });
