import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ChildInstance, startChild } from './child-instance.ts';

/** A walk through a fresh instance: every request is shown with its answer, and every answer is checked. */

interface Call {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
  readonly token?: string;
}

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the walk looks into answers of every shape
  readonly body: any;
}

const PASSWORD = 'a long enough password';
const SHOWN_CHARACTERS = 600;
const PATIENCE_MILLISECONDS = 3_000;
let steps = 0;
let wrong = 0;

const walk = async (instance: ChildInstance): Promise<void> => {
  const api = `${instance.apiUrl}/api/v1`;
  const example = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../examples/order-intake.json'), 'utf8'),
  );

  await step('The instance is well', { method: 'GET', url: `${instance.apiUrl}/health` }, 200, {
    status: 'ok',
  });

  const account = { username: 'admin', email: 'admin@example.com', password: PASSWORD };
  await step(
    'The first admin is made with the set-up token',
    { method: 'POST', url: `${api}/setup`, body: { token: instance.setupToken, ...account } },
    201,
    { username: 'admin', role: 'admin' },
  );

  const session = await step(
    'The admin signs in',
    { method: 'POST', url: `${api}/auth/login`, body: { username: 'admin', password: PASSWORD } },
    200,
    { tokenType: 'Bearer' },
  );
  const token: string = session.body.accessToken;

  const workflow = await step(
    'A workflow is made from examples/order-intake.json',
    { method: 'POST', url: `${api}/workflows`, body: example, token },
    201,
    { name: example.name, version: 1, isActive: false },
  );
  const workflowId: string = workflow.body.id;

  const publication = await step(
    'It is published, and its webhook has an address',
    { method: 'POST', url: `${api}/workflows/${workflowId}/publish`, body: {}, token },
    200,
    { workflow: { isActive: true, publishedVersion: 1 } },
  );
  const hook: string = publication.body.webhooks[0].url;

  await step(
    'A large order is held for review',
    { method: 'POST', url: hook, body: { id: 'A-1001', total: 250.5 } },
    202,
    { order: 'A-1001', decision: 'review' },
  );
  await step(
    'A small order is accepted',
    { method: 'POST', url: hook, body: { id: 'A-1002', total: 40 } },
    200,
    { order: 'A-1002', decision: 'accepted' },
  );

  const executions = await step(
    'Both executions are on record',
    { method: 'GET', url: `${api}/executions?workflowId=${workflowId}`, token },
    200,
    {
      data: [
        { status: 'completed', triggerType: 'webhook' },
        { status: 'completed', triggerType: 'webhook' },
      ],
    },
  );
  const executionId: string = executions.body.data[0].id;

  await step(
    'The execution of the small order can be read',
    { method: 'GET', url: `${api}/executions/${executionId}`, token },
    200,
    { id: executionId, status: 'completed', version: 1 },
  );
  const logs = await step(
    'So can what happened at each of its nodes',
    { method: 'GET', url: `${api}/executions/${executionId}/logs`, token },
    200,
    {},
  );
  const statuses = Object.fromEntries(
    logs.body.data.map((row: { nodeId: string; status: string }) => [row.nodeId, row.status]),
  );
  check('every node is in the log, and only the branch not taken is skipped', statuses, {
    order: 'completed',
    fields: 'completed',
    large: 'completed',
    review: 'skipped',
    accept: 'completed',
  });
};

/** Sends a call and checks its answer. What goes on behind an answer that was given may take a moment, so reads are tried again. */
const step = async (title: string, call: Call, status: number, body: object): Promise<Answer> => {
  steps += 1;
  console.log(`\n${steps}. ${title}\n${curl(call)}`);
  const expected = { status, body };
  let { answer, text } = await send(call);
  const until = performance.now() + PATIENCE_MILLISECONDS;
  while (call.method === 'GET' && !holds(answer, expected) && performance.now() < until) {
    await delay(50);
    ({ answer, text } = await send(call));
  }
  console.log(`   → ${answer.status} ${shorten(text)}`);
  check(`the answer is ${status} ${JSON.stringify(body)}`, answer, expected);
  return answer;
};

const send = async ({ method, url, body, token }: Call): Promise<{ answer: Answer; text: string }> => {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { answer: { status: response.status, body: text === '' ? null : JSON.parse(text) }, text };
};

/** Everything named in `expected` is in `actual`. */
const check = (what: string, actual: unknown, expected: unknown): void => {
  const right = holds(actual, expected);
  if (!right) wrong += 1;
  console.log(right ? '   right' : `   WRONG: expected that ${what}`);
};

const holds = (actual: unknown, expected: unknown): boolean => {
  if (typeof expected !== 'object' || expected === null) return actual === expected;
  if (typeof actual !== 'object' || actual === null) return false;
  if (Array.isArray(expected) && (!Array.isArray(actual) || actual.length !== expected.length)) return false;
  const found = new Map<string, unknown>(Object.entries(actual));
  return Object.entries(expected).every(([key, value]) => holds(found.get(key), value));
};

const curl = ({ method, url, body, token }: Call): string => {
  const parts = [`   curl -X ${method} ${url}`];
  if (token !== undefined) parts.push("-H 'Authorization: Bearer …'");
  if (body !== undefined)
    parts.push(`-H 'Content-Type: application/json' -d '${shorten(JSON.stringify(body))}'`);
  return parts.join(' ');
};

const shorten = (text: string): string =>
  text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters)`;

const demo = async (): Promise<void> => {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'stepwell-demo-'));
  let instance: ChildInstance | null = null;
  try {
    instance = await startChild(folder);
    console.log(instance.output().trim());
    await walk(instance);
  } catch (error) {
    wrong += 1;
    console.error(error);
  } finally {
    const code = await instance?.stop();
    if (code !== 0) wrong += 1;
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${((performance.now() - began) / 1000).toFixed(1)} s in all, start and stop included.`);
  console.log(wrong === 0 ? `demo: all ${steps} steps right` : `demo: ${wrong} of ${steps} steps wrong`);
  process.exitCode = wrong === 0 ? 0 : 1;
};

await demo();
