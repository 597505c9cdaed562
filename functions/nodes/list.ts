import { nodeTypes } from '../../engine/index.ts';
import { listNodes } from '../../shared/contracts/nodes.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { summaryOf } from './summary.ts';

type NodeSummary = ReturnType<typeof summaryOf>;

export const list = defineHandler(listNodes, async ({ query }) => {
  const found = [...nodeTypes.values()]
    .map(summaryOf)
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

/** Every word of the query somewhere in what is shown. */
const mentions = ({ type, name, description }: NodeSummary, query: string): boolean => {
  const text = `${type} ${name} ${description}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

/** The catalogue is the same for everybody and in memory: the type a page ended with is cursor enough. */
const positionBehind = (nodes: readonly NodeSummary[], cursor: string): number => {
  const at = nodes.findIndex(({ type }) => type === cursor);
  if (at >= 0) return at + 1;
  throw new AppError('request.cursor', 'Use the nextCursor of this list, with the same filters.', {
    errors: [{ in: 'query', pointer: '/cursor', message: 'was not made for this list and these filters' }],
  });
};
