import type { ExecutionAnswer } from '../contracts/executions.ts';
import type { Platform } from '../platform.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';

/** A row as the API tells it: times as text, and nothing that is not its business. */
export const executionAnswer = ({ wait, ...columns }: ExecutionRecord): ExecutionAnswer => ({
  ...columns,
  wait: wait && {
    kind: wait.kind,
    until: wait.until === null ? null : new Date(wait.until).toISOString(),
  },
});

/** With what came out of it. Only what has completed has an output, and only then the journal is read. */
export const detailOf = async ({ stores }: Platform, record: ExecutionRecord) => {
  const loaded = record.status === 'completed' ? await stores.executions.load(record.id) : null;
  const end = loaded?.events.findLast((event) => event.type === 'executionFinished');
  return { ...executionAnswer(record), output: end?.output ?? null };
};
