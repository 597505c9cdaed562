import type { ApiClient } from '../e2e/api-client.ts';
import type { Call } from './outside.ts';
import type { Shape } from './workflows.ts';

interface Seen {
  /** By the ids of their workflows. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** The execution that was answered, by the Idempotency-Key of its start. */
  readonly started: ReadonlyMap<string, string>;
  readonly calls: readonly Call[];
}
interface Row {
  readonly id: string;
  readonly workflowId: string;
  readonly status: string;
  readonly errorMessage: string | null;
  readonly parentExecutionId: string | null;
}

/** What a user, or the server that was called, could tell by that something had been struck. */
export const findingsOf = async (admin: ApiClient, { shapes, started, calls }: Seen): Promise<string[]> => {
  const rows = await everyOne(admin);
  const ids = new Set(rows.map(({ id }) => id));
  const lost = [...started.values()].filter((id) => !ids.has(id)).map((id) => `${id} is lost`);
  const roots = rows.filter(({ parentExecutionId }) => parentExecutionId === null).length;
  const doubled = roots > started.size ? [`${roots} executions of ${started.size} starts`] : [];
  const made = Map.groupBy(new Set(calls.map(({ key }) => key)), (key) => key.split('/')[0]);
  const wrong: string[] = [];
  for (const row of rows) {
    const count = made.get(row.id)?.length ?? 0;
    if (row.status !== 'completed') wrong.push(`${row.id} is ${row.status}: ${row.errorMessage}`);
    else if (count !== shapes.get(row.workflowId)?.calls) wrong.push(`${row.id} made ${count} calls`);
    const { body } = await admin.call('GET', `/executions/${row.id}/logs?limit=100`);
    const runs: { run: string; status: string }[] = body.data;
    const done = runs.filter(({ status }) => status === 'completed').map(({ run }) => run);
    if (new Set(done).size < done.length) wrong.push(`${row.id} has a node run twice`);
    if (runs.some(({ status }) => status === 'running')) wrong.push(`${row.id} has ended and still runs`);
  }
  return [...lost, ...doubled, ...wrong, ...wrongCalls(calls)];
};

const everyOne = async (admin: ApiClient): Promise<Row[]> => {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const after: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await admin.call('GET', `/executions?limit=100${after}`);
    rows.push(...body.data);
    cursor = body.nextCursor;
  }
  return rows;
};

/** One key with two bodies; or a step again, after one that depends on it. */
const wrongCalls = (calls: readonly Call[]): string[] => {
  const bodies = new Map<string, string>();
  const steps = new Map<string, number>();
  return calls.flatMap(({ key, body }) => {
    const { of, step } = JSON.parse(body) as { of: string; step: number };
    const [first, before] = [bodies.get(key) ?? body, steps.get(of) ?? 0];
    bodies.set(key, first);
    steps.set(of, Math.max(before, step));
    if (first !== body) return [`${key} came with ${first} and with ${body}`];
    return step < before ? [`${key} came again after step ${before}`] : [];
  });
};
