import { nodeTypes } from '../../engine/index.ts';
import { listNodes } from '../../shared/contracts/nodes.ts';
import { everyPage } from '../../shared/every-page.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { pageOfAll } from '../../shared/http/page-of-all.ts';
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
  return { body: pageOfAll(found, ({ type }) => type, query) };
});

/** The latest version of each node type that was added; some hundreds at the most. */
const addedNodes = async ({ nodes }: Pick<Stores, 'nodes'>): Promise<readonly NodeSummary[]> => {
  const latest = new Map<string, NodeRecord>();
  const rows = await everyPage((cursor) => nodes.list({ limit: PAGE, caller: 'catalogue', cursor }));
  for (const row of rows) if (row.version > (latest.get(row.type)?.version ?? 0)) latest.set(row.type, row);
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
