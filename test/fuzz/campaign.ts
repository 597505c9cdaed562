import { Agent, request as send } from 'node:http';
import type { ChildInstance } from '../../infra/local/child-instance.ts';
import type { OpenApi } from '../../shared/contracts/openapi-document.ts';
import { request } from '../e2e/api-client.ts';
import { type FuzzAnswer, makeAnswerCheck } from './answer-check.ts';
import { chanceOf } from './chance.ts';
import { Memory } from './known.ts';
import type { Outside } from './outside.ts';
import { makePeople } from './people.ts';
import type { Sample } from './prime.ts';
import { type FuzzRequest, operationsOf, requestOf, type Setting, strayRequest } from './request-of.ts';

export interface Finding {
  readonly operation: string;
  readonly problem: string;
  readonly request: FuzzRequest;
  readonly answer: string;
}

export interface CampaignResult {
  readonly sent: number;
  readonly byStatus: ReadonlyMap<number, number>;
  /** Operations that succeeded at least once. */
  readonly succeeded: readonly string[];
  readonly never: readonly string[];
  /** The first of each kind. */
  readonly findings: readonly Finding[];
}

const AT_ONCE = 16;
/** Of one operation. */
const MOST_SAMPLES = 4;
const TOLD_EVERY = 2_000;
/** So many requests delete what there was to find. */
const PRIMED_EVERY = 250;
const TIMEOUT_MILLISECONDS = 60_000;

/** Sends so many requests made from the API's own document to a running instance, and holds each answer against that document. */
export const runCampaign = async (
  instance: ChildInstance,
  outside: Outside,
  options: {
    readonly requests: number;
    readonly seed: number;
    readonly tell?: (sent: number) => void;
  },
): Promise<CampaignResult> => {
  const document = (await request(`${instance.apiUrl}/openapi.json`)).body as OpenApi;
  const operations = operationsOf(document);
  const check = makeAnswerCheck(document);
  const chance = chanceOf(options.seed);
  const people = await makePeople(instance, outside);
  const memory = new Memory(people.own);
  const samples = new Map<string, Sample[]>();
  const setting: Setting = {
    chance,
    document,
    known: memory.texts,
    samples,
    callers: () => people.callers,
  };
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const byStatus = new Map<number, number>();
  const succeeded = new Set<string>();
  const findings = new Map<string, Finding>();
  let sent = 0;

  const prime = async (): Promise<void> => {
    const primed = await people.prime();
    for (const text of primed.texts) memory.learn(text);
    for (const sample of primed.samples)
      samples.set(sample.operation, [...(samples.get(sample.operation) ?? []), sample].slice(-MOST_SAMPLES));
  };

  const one = async (): Promise<void> => {
    const operation = chance.oneIn(50) ? null : chance.pick(operations);
    const made = operation ? requestOf(operation, setting) : strayRequest(setting);
    const answer = await exchange(made, agent);
    byStatus.set(answer.status, (byStatus.get(answer.status) ?? 0) + 1);
    if (operation && answer.status < 300) succeeded.add(operation.id);
    // A refusal repeats what was asked for, which need not be there.
    if (answer.status < 300) memory.learn(answer.text);
    const problem = check(operation, answer);
    const name = operation?.id ?? 'no operation';
    if (problem !== null && !findings.has(`${name} ${problem}`))
      findings.set(`${name} ${problem}`, {
        operation: name,
        problem,
        request: made,
        answer: answer.text.slice(0, 500),
      });
  };
  const lane = async (): Promise<void> => {
    while (sent < options.requests) {
      sent += 1;
      if (sent % TOLD_EVERY === 0) options.tell?.(sent);
      // What it makes may be deleted by the request beside it; the next time will do.
      if (sent % PRIMED_EVERY === 0) await prime().catch(() => undefined);
      await one();
    }
  };
  await prime();
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  agent.destroy();
  return {
    sent,
    byStatus,
    succeeded: [...succeeded],
    never: operations.map(({ id }) => id).filter((id) => !succeeded.has(id)),
    findings: [...findings.values()],
  };
};

const exchange = (made: FuzzRequest, agent: Agent): Promise<FuzzAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(made.origin);
    const body = made.body === undefined ? undefined : Buffer.from(made.body);
    const outgoing = send(
      {
        hostname,
        port,
        agent,
        method: made.method,
        path: made.target,
        timeout: TIMEOUT_MILLISECONDS,
        headers: { ...made.headers, ...(body ? { 'content-length': body.length } : {}) },
      },
      (response) => {
        response.toArray().then((chunks) => {
          resolve({
            status: response.statusCode ?? 0,
            mediaType: response.headers['content-type'] ?? '',
            text: made.method === 'HEAD' ? '' : Buffer.concat(chunks).toString(),
          });
        }, reject);
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`No answer to ${made.method} ${made.target}`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
