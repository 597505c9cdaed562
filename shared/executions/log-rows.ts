import type { NodeRunLog } from '../../engine/index.ts';
import type { Item, PortItems } from '../../engine/item.ts';
import type { ExecutionLogAnswer } from '../contracts/executions.ts';
import { hashId } from '../ids.ts';
import type { Redaction } from './redaction.ts';

/** A page must fit into an answer of 4 MiB, with what is not data in it. */
const PAGE_DATA_BYTES = 3 * 1024 * 1024;

/** Node runs as rows of `execution_logs`. The fewer there are, the more of its data each may show. */
export const logRows = (
  executionId: string,
  runs: readonly NodeRunLog[],
  redact: Redaction,
): ExecutionLogAnswer[] => {
  const budget = PAGE_DATA_BYTES / Math.max(1, runs.length) / 3;
  return runs.map((run) => {
    const [input, output] = [cut(run.inputs, budget, redact), cut(run.outputs, budget, redact)];
    const lines = firstLines(run.console, budget);
    return {
      id: hashId('log', JSON.stringify([executionId, run.run, run.attempt])),
      executionId,
      nodeId: run.nodeId,
      startedAt: toText(run.startedAt),
      finishedAt: toText(run.finishedAt),
      status: run.status,
      inputData: input.data,
      outputData: output.data,
      errorMessage: run.error?.message ?? null,
      console: lines,
      usage: run.usage,
      children: toldOf(run.children),
      run: run.run,
      attempt: run.attempt,
      durationMs: run.startedAt === null || run.finishedAt === null ? null : run.finishedAt - run.startedAt,
      truncated: input.isCut || output.isCut || lines.length < run.console.length,
    };
  });
};

const MOST_CHILDREN = 1_000;

/** Of more than can be told, those that failed are looked for. */
const toldOf = (children: NodeRunLog['children']): NodeRunLog['children'] => {
  if (children.length <= MOST_CHILDREN) return children;
  const byFailure = Object.groupBy(children, ({ status }) => (status === 'failed' ? 'failed' : 'others'));
  return [...(byFailure.failed ?? []), ...(byFailure.others ?? [])].slice(0, MOST_CHILDREN);
};

const toText = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** As many as fit into `bytes`. */
const firstLines = (lines: NodeRunLog['console'], bytes: number): NodeRunLog['console'] => {
  let left = bytes;
  const end = lines.findIndex((line) => {
    left -= Buffer.byteLength(JSON.stringify(line));
    return left < 0;
  });
  return end < 0 ? lines : lines.slice(0, end);
};

/** The first items of each port, as many as fit into `bytes` together. */
const cut = (
  ports: PortItems,
  bytes: number,
  redact: Redaction,
): { data: PortItems | null; isCut: boolean } => {
  let left = bytes;
  let isCut = false;
  const fits = (item: unknown): boolean => {
    left -= Buffer.byteLength(JSON.stringify(item));
    if (left < 0) isCut = true;
    return left >= 0;
  };
  const entries = Object.entries(ports).map(([port, items]) => {
    const shown: Item[] = [];
    for (const item of items) {
      const hidden = redact(item);
      if (!fits(hidden)) break;
      shown.push(hidden);
    }
    return [port, shown] as const;
  });
  return { data: entries.length === 0 ? null : Object.fromEntries(entries), isCut };
};
