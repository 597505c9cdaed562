import { nodeTypes } from '../../engine/index.ts';
import { listNodes } from '../../shared/contracts/nodes.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import type { NodeRecord } from '../../shared/store/nodes.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { summaryOf } from './summary.ts';

type NodeSummary = ReturnType<typeof summaryOf>;

const PAGE = 100;

export const list = defineHandler(listNodes, async ({ query, platform }) => {
  const found = [...[...nodeTypes.values()].map(summaryOf), ...(await addedNodes(platform.stores))]
    .filter((node) => query.category === undefined || node.category === query.category)
    .filter((node) => query.isCore === undefined || node.isCore === query.isCore)
    .filter((node) => query.isAi === undefined || node.isAi === query.isAi)
    .filter((node) => query.q === undefined || mentions(node, query.q))
    .sort((a, b) => (a.type < b.type ? -1 : 1));
  const start = query.cursor === undefined ? 0 : positionBehind(found, query.cursor);
  const data = found.slice(start, start + query.limit);
  const last = data.at(-1);
  const more = start + data.length < found.length;
  return { body: { data, nextCursor: more && last ? last.type : null } };
});

/** The latest version of each node type that was added; some hundreds at the most. */
const addedNodes = async ({ nodes }: Pick<Stores, 'nodes'>): Promise<readonly NodeSummary[]> => {
  const latest = new Map<string, NodeRecord>();
  let cursor: string | null | undefined;
  do {
    const page = await nodes.list({ limit: PAGE, caller: 'catalogue', cursor: cursor ?? undefined });
    for (const row of page.data) {
      if (row.version > (latest.get(row.type)?.version ?? 0)) latest.set(row.type, row);
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return [...latest.values()].map(({ type, version, name, description, category, icon, isCore, isAi }) => ({
    type,
    version,
    name,
    description: description ?? '',
    category: category ?? '',
    icon: icon ?? '',
    isCore,
    isAi,
  }));
};

/** Every word of the query somewhere in what is shown. */
const mentions = ({ type, name, description }: NodeSummary, query: string): boolean => {
  const text = `${type} ${name} ${description}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

/** The catalogue is the same for everybody: the type a page ended with is cursor enough. */
const positionBehind = (nodes: readonly NodeSummary[], cursor: string): number => {
  const at = nodes.findIndex(({ type }) => type === cursor);
  if (at >= 0) return at + 1;
  throw new AppError('request.cursor', 'Use the nextCursor of this list, with the same filters.', {
    errors: [{ in: 'query', pointer: '/cursor', message: 'was not made for this list and these filters' }],
  });
};
