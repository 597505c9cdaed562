import { NodeError } from '../../errors.ts';
import type { Json } from '../../item.ts';
import type { NodeCall } from '../define-node.ts';
import type { Answer } from './answer.ts';
import { firstTurn, isLastPage, listOf, nextTurn, type Pagination, type Turn } from './pagination.ts';

export interface Page {
  readonly answer: Answer;
  /** What the page brought: each becomes an item. */
  readonly values: readonly Json[];
}

type Caller = Pick<NodeCall<unknown>, 'evaluate' | 'index' | 'ports' | 'signal' | 'log'>;
type Ask = (turn: Turn, page: number) => Promise<{ readonly answer: Answer; readonly url: string }>;

/** Asks for one page after the other. Throws `http.badPagination`, and what `ask` throws. */
export const allPages = async (pagination: Pagination, call: Caller, ask: Ask): Promise<Page[]> => {
  const { maxPages, maxItems = Number.POSITIVE_INFINITY, intervalMilliseconds } = pagination;
  const pages: Page[] = [];
  const visited = new Set<string>();
  let items = 0;
  for (let turn: Turn | null = firstTurn(pagination); turn; ) {
    const { answer, url } = await ask(turn, pages.length);
    const evaluate = evaluatorOf(call, answer, pages.length + 1);
    const found = pagination.items === undefined ? answer.body : await evaluate(pagination.items);
    const values = listOf(found).slice(0, maxItems - items);
    pages.push({ answer, values });
    items += values.length;
    if (items >= maxItems || isLastPage(pagination, values.length)) break;
    if (pagination.stopWhen !== undefined && (await evaluate(pagination.stopWhen)) === true) break;
    const next = pagination.next === undefined ? undefined : await evaluate(pagination.next);
    turn = nextTurn({ pagination, answer, pages: pages.length, items, next, url });
    if (turn && pages.length >= maxPages) {
      call.log({ level: 'warn', text: `Stopped after ${maxPages} pages; there are more.` });
      break;
    }
    if (turn) refuseCircle(visited, turn);
    if (turn && intervalMilliseconds > 0) await call.ports.clock.sleep(intervalMilliseconds, call.signal);
  }
  return pages;
};

const evaluatorOf = (call: Caller, { status, headers, body }: Answer, pageCount: number) => {
  const seen = { response: { status, headers, body }, pageCount };
  return (written: Json) => call.evaluate(written, call.index, seen);
};

const refuseCircle = (visited: Set<string>, turn: Turn): void => {
  const place = JSON.stringify(turn);
  if (visited.has(place))
    throw new NodeError(
      'http.badPagination',
      `The pages go in a circle: ${place.slice(0, 300)} was there before.`,
    );
  visited.add(place);
};
