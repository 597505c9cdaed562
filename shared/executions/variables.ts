import type { Json, JsonObject } from '../../engine/item.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import type { Stores } from '../store/stores.ts';
import type { VariableRecord } from '../store/variables.ts';

const PAGE = 100;

/** How the text of a variable is read. */
const READ: Readonly<Record<VariableRecord['type'], (text: string) => Json>> = {
  string: (text) => text,
  number: Number,
  boolean: (text) => text === 'true',
  json: (text) => JSON.parse(text),
};

/** `$vars` of an execution: the global variables of its owner, and over them those of its workflow. */
export const variablesOf = async (
  { variables }: Stores,
  { ownerId, workflowId }: Pick<ExecutionRecord, 'ownerId' | 'workflowId'>,
): Promise<JsonObject> => {
  const asked = { limit: PAGE, caller: ownerId };
  const [global, ofWorkflow] = await Promise.all([
    everyPage((cursor) => variables.listByScope({ ...asked, cursor, createdBy: ownerId, scope: 'global' })),
    everyPage((cursor) => variables.listByWorkflow({ ...asked, cursor, workflowId })),
  ]);
  return Object.fromEntries(
    [...global, ...ofWorkflow].map(({ name, type, value }) => [
      name,
      value === null ? null : READ[type](value),
    ]),
  );
};

const everyPage = async <T>(
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
