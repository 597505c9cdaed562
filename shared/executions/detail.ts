import { endIn } from '../../engine/interpreter/end-in.ts';
import type { ExecutionAnswer } from '../contracts/executions.ts';
import type { Platform } from '../platform.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import { redactionOf } from './redaction.ts';
import { waitForEnd } from './wait-for-end.ts';

/** A row as the API tells it: times as text, and nothing that is not its business. */
export const executionAnswer = ({ wait, ...columns }: ExecutionRecord): ExecutionAnswer => ({
  ...columns,
  wait: wait && {
    kind: wait.kind,
    until: wait.until === null ? null : new Date(wait.until).toISOString(),
    nodeId: wait.nodeId ?? null,
    resumeUrl: wait.resumeUrl ?? null,
  },
});

/** With what came out of it. Only what has completed has an output, and only then the journal is read. */
export const detailOf = async ({ stores }: Platform, record: ExecutionRecord) => {
  const loaded = record.status === 'completed' ? await stores.executions.load(record.id) : null;
  const end = loaded && endIn(loaded.events);
  if (!end?.output) return { ...executionAnswer(record), output: null };
  const redact = await redactionOf(stores, record);
  return { ...executionAnswer(record), output: end.output.map(redact) };
};

/** What is answered to whoever starts an execution and waits until `answerBy` (milliseconds since 1970) for its end. */
export const started = async (platform: Platform, executionId: string, answerBy: number) => {
  const execution = await waitForEnd(platform, executionId, answerBy);
  return {
    status: execution.finishedAt === null ? 202 : 200,
    body: await detailOf(platform, execution),
    headers: { location: `/api/v1/executions/${executionId}` },
  };
};
