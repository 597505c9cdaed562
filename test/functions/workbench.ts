import type { NodeError } from '../../engine/errors.ts';
import type { HttpPort, HttpRequest } from '../../engine/ports.ts';
import { executionHandlers } from '../../functions/executions/handlers.ts';
import { hooksHandler } from '../../functions/hooks/handlers.ts';
import { workflowHandlers } from '../../functions/workflows/handlers.ts';
import { systemClock } from '../../shared/adapters/system.ts';
import { credentialsOf } from '../../shared/credentials/resolve.ts';
import { type Interpret, makeInterpreter } from '../../shared/executions/interpret.ts';
import type { Orchestrator } from '../../shared/executions/orchestrator.ts';
import type { Platform } from '../../shared/platform.ts';
import { aClient, answerOf } from '../http/client.ts';
import { anEvent } from '../http/event.ts';
import { type Account, accountOf, testPlatform } from '../http/test-platform.ts';

/** The API, the hooks host and an interpreter in this process, with three people. */
export const aWorkbench = async (http: HttpPort = noHttp) => {
  const base = await testPlatform();
  const orchestrator = inProcess(() => interpret);
  const platform: Platform = { ...base, clock: systemClock, orchestrator };
  const interpret = makeInterpreter({
    stores: platform.stores,
    credentials: (ownerId) => credentialsOf(platform, ownerId),
    poke: orchestrator.poke,
    ports: { clock: systemClock, random: platform.random, http, payloads: platform.payloads },
  });
  const [admin, owner, stranger] = [
    await accountOf(platform, 'admin'),
    await accountOf(platform, 'user', 'owner'),
    await accountOf(platform, 'user', 'stranger'),
  ];
  const send = aClient([...workflowHandlers, ...executionHandlers], platform);
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
    interpret,
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
export type Workbench = Awaited<ReturnType<typeof aWorkbench>>;

const callsNobody = () => Promise.reject(new Error('Nothing here calls out.'));
const noHttp: HttpPort = { request: callsNobody, stream: callsNobody };

/** Answers nothing until the execution lets go of it. */
const staysSilent = ({ signal }: HttpRequest): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as NodeError)));
export const silentHttp: HttpPort = { request: staysSilent, stream: staysSilent };

/** Interprets at once and in this process. `idle` resolves when nothing is under way. */
const inProcess = (interpret: () => Interpret): Orchestrator & { idle(): Promise<void> } => {
  const underWay = new Set<Promise<void>>();
  let slices = 0;
  const drive = async (executionId: string, waitingCaller: boolean): Promise<void> => {
    const outcome = await interpret()(executionId, {
      deadline: systemClock.now() + 60_000,
      waitingCaller,
      writer: { writerId: `slice-${slices++}`, leaseUntil: systemClock.now() + 120_000, generation: 'test' },
      signal: new AbortController().signal,
    });
    if (outcome.kind === 'responded') begin(executionId, false);
    if (outcome.kind === 'continue') await drive(executionId, waitingCaller);
  };
  const begin = (executionId: string, waitingCaller: boolean): Promise<void> => {
    const work = drive(executionId, waitingCaller).finally(() => underWay.delete(work));
    underWay.add(work);
    return work;
  };
  return {
    poke: async (executionId) => {
      begin(executionId, false).catch(() => undefined);
    },
    run: (executionId, answerBy) =>
      Promise.race([
        begin(executionId, true),
        systemClock.sleep(Math.max(0, answerBy - systemClock.now()), new AbortController().signal),
      ]),
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
};
