import type { NodeError } from '../../engine/errors.ts';
import type { SliceOutcome } from '../../engine/index.ts';
import type { HttpPort, HttpRequest } from '../../engine/ports.ts';
import { aiHandlers } from '../../functions/ai/handlers.ts';
import { eventHandlers } from '../../functions/events/handlers.ts';
import { executionHandlers } from '../../functions/executions/handlers.ts';
import { hooksHandler } from '../../functions/hooks/handlers.ts';
import { operationsHandlers } from '../../functions/operations/handlers.ts';
import { scheduleHandlers } from '../../functions/schedules/handlers.ts';
import { statsHandlers } from '../../functions/stats/handlers.ts';
import { templateHandlers } from '../../functions/templates/handlers.ts';
import { userHandlers } from '../../functions/users/handlers.ts';
import { variableHandlers } from '../../functions/variables/handlers.ts';
import { webhookHandlers } from '../../functions/webhooks/handlers.ts';
import { workflowHandlers } from '../../functions/workflows/handlers.ts';
import { localEvents } from '../../infra/local/events.ts';
import { localSuggester } from '../../infra/local/suggester.ts';
import { systemClock } from '../../shared/adapters/system.ts';
import type { AiProviders } from '../../shared/ai/providers.ts';
import type { Answer } from '../../shared/executions/answer.ts';
import { type Interpreter, makeInterpreter } from '../../shared/executions/interpret.ts';
import type { IdentifiedExecution, Orchestrator } from '../../shared/executions/orchestrator.ts';
import { resumeLinks } from '../../shared/executions/resume-links.ts';
import type { Platform } from '../../shared/platform.ts';
import { NO_AWS, NO_SQL } from '../engine/engine-world.ts';
import { aClient, answerOf } from '../http/client.ts';
import { anEvent } from '../http/event.ts';
import { type Account, accountOf, testPlatform } from '../http/test-platform.ts';

/** The API, the hooks host and an interpreter in this process, with three people. */
export const aWorkbench = async (http: HttpPort = noHttp, providers: AiProviders = {}) => {
  const base = await testPlatform();
  const orchestrator = inProcess(() => interpreter);
  const platform: Platform = {
    ...base,
    clock: systemClock,
    orchestrator,
    http,
    events: localEvents(() => platform),
    services: { ...base.services, providers },
    suggester: localSuggester(() => platform),
  };
  const interpreter = makeInterpreter({
    stores: platform.stores,
    vault: platform.vault,
    aws: () => NO_AWS,
    providers,
    poke: orchestrator.poke,
    ports: portsOf(platform, http),
  });
  const [admin, owner, stranger] = [
    await accountOf(platform, 'admin'),
    await accountOf(platform, 'user', 'owner'),
    await accountOf(platform, 'user', 'stranger'),
  ];
  const send = aClient(
    [
      ...aiHandlers,
      ...workflowHandlers,
      ...executionHandlers,
      ...operationsHandlers,
      ...webhookHandlers,
      ...scheduleHandlers,
      ...eventHandlers,
      ...statsHandlers,
      ...variableHandlers,
      ...templateHandlers,
      ...userHandlers,
    ],
    platform,
  );
  const receive = hooksHandler(platform);
  const as =
    ({ token }: Account) =>
    (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const [pathname = '', query = ''] = path.split('?');
      return send({
        method,
        path: `/api/v1${pathname}`,
        query,
        token,
        headers,
        ...(body === undefined ? {} : { body }),
      });
    };
  return {
    platform,
    interpret: interpreter.advance,
    begin: interpreter.begin,
    orchestrator,
    people: { admin, owner, stranger },
    admin: as(admin),
    owner: as(owner),
    stranger: as(stranger),
    /** Calls a webhook. `url` is as publishing tells it. */
    hook: async (method: string, url: string, sent: Partial<Parameters<typeof anEvent>[0]> = {}) => {
      const { pathname, search } = new URL(url);
      return answerOf(await receive(anEvent({ method, path: pathname, query: search.slice(1), ...sent })));
    },
  };
};
/** What the engine may ask of the outside here. */
export const portsOf = (platform: Platform, http: HttpPort) => ({
  clock: systemClock,
  random: platform.random,
  http,
  payloads: platform.payloads,
  sandbox: { run: callsNobody },
  sql: NO_SQL,
  mail: { verify: callsNobody, compose: callsNobody, send: callsNobody },
  links: resumeLinks(platform.tokens, platform.config.hooksUrl),
});

export type Workbench = Awaited<ReturnType<typeof aWorkbench>>;

const callsNobody = () => Promise.reject(new Error('Nothing here calls out.'));
const noHttp: HttpPort = { request: callsNobody, stream: callsNobody };

/** Answers nothing until the execution lets go of it. */
const staysSilent = ({ signal }: HttpRequest): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as NodeError)));
export const silentHttp: HttpPort = { request: staysSilent, stream: staysSilent };

/** Answers each request with a status and an empty object. */
export const answering = (statusOf: (request: HttpRequest) => number): HttpPort => {
  const head = ({ url }: HttpRequest) => ({ headers: { 'content-type': 'application/json' }, url });
  return {
    request: async (request) => ({ ...head(request), status: statusOf(request), body: Buffer.from('{}') }),
    stream: async (request) => ({
      ...head(request),
      status: statusOf(request),
      body: (async function* () {
        yield Buffer.from('{}');
      })(),
    }),
  };
};

/** Answers each request as soon as it may, or not at all once the execution lets go of it. */
export const answeringWhen = (mayAnswer: (request: HttpRequest) => Promise<void>): HttpPort => {
  const { request, stream } = answering(() => 200);
  const first = (asked: HttpRequest): Promise<unknown> =>
    Promise.race([mayAnswer(asked), staysSilent(asked)]);
  return {
    request: (asked) => first(asked).then(() => request(asked)),
    stream: (asked) => first(asked).then(() => stream(asked)),
  };
};

/** Interprets at once and in this process. `idle` resolves when nothing is under way. */
const inProcess = (interpreter: () => Interpreter): Orchestrator & { idle(): Promise<void> } => {
  const underWay = new Set<Promise<unknown>>();
  let slices = 0;
  const options = (waitingCaller: boolean) => ({
    deadline: systemClock.now() + 60_000,
    waitingCaller,
    writer: { writerId: `slice-${slices++}`, leaseUntil: systemClock.now() + 120_000, generation: 'test' },
    signal: new AbortController().signal,
  });
  const goOn = async (executionId: string, outcome: SliceOutcome, waits: boolean): Promise<void> => {
    if (outcome.kind === 'responded') void track(drive(executionId, false));
    if (outcome.kind === 'continue') await drive(executionId, waits);
  };
  const drive = async (executionId: string, waits: boolean): Promise<void> =>
    goOn(executionId, await interpreter().advance(executionId, options(waits)), waits);
  const begin = async (execution: IdentifiedExecution): Promise<Answer | null> => {
    const { outcome, answer } = await interpreter().begin(execution, options(true));
    await goOn(execution.id, outcome, true);
    return outcome.kind === 'continue' ? null : answer;
  };
  const track = <T>(work: Promise<T>): Promise<T> => {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    tracked.catch(() => undefined);
    return tracked;
  };
  const until = async (answerBy: number): Promise<null> => {
    await systemClock.sleep(Math.max(0, answerBy - systemClock.now()), new AbortController().signal);
    return null;
  };
  return {
    poke: async (executionId) => void track(drive(executionId, false)),
    run: async (executionId, answerBy) => {
      await Promise.race([track(drive(executionId, true)), until(answerBy)]);
    },
    begin: (execution, answerBy) => Promise.race([track(begin(execution)), until(answerBy)]),
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
};
