import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { hooksHandler } from '../../functions/hooks/handlers.ts';
import { systemClock, systemRandom } from '../../shared/adapters/system.ts';
import { removeExpired } from '../../shared/executions/remove-expired.ts';
import { poisoned, type SweepWorld, sweep } from '../../shared/executions/sweep.ts';
import { runJobs } from '../../shared/jobs/run-jobs.ts';
import { once } from '../../shared/once.ts';
import type { Platform } from '../../shared/platform.ts';
import { makeStores } from '../../shared/store/stores.ts';
import { createTable } from '../../shared/store/table.ts';
import type { DataFolder } from './data-folder.ts';
import { startDatabase } from './dynoxide.ts';
import { localEvents } from './events.ts';
import { removeExpiredRows } from './expired-rows.ts';
import type { InterpreterSettings } from './interpreter-thread.ts';
import { openStore, type StoreLocation } from './open-store.ts';
import { type LocalOrchestrator, makeOrchestrator } from './orchestrator.ts';
import { localPlatform } from './platform.ts';
import { makeRecovery } from './recovery.ts';
import { localSchedules } from './schedules.ts';
import { type RunningServer, startServer } from './server.ts';
import type { Settings } from './settings.ts';
import { goOnWithSuggestions, localSuggester } from './suggester.ts';
import { makeSuspects } from './suspects.ts';
import { makeWireClient } from './wire-client.ts';
import { lazyPool, makeWorkerPool, type WorkerPool } from './worker-pool.ts';

export interface LocalInstance {
  readonly apiUrl: string;
  readonly hooksUrl: string;
  /** Where the database listens. */
  readonly database: string;
  readonly isSetUp: boolean;
  /** Open executions found and woken. */
  readonly recovered: number;
  stop(): Promise<void>;
}

/** What has expired reads as gone, so it may lie about for a while. */
const CLEAN_MILLISECONDS = 6 * 3_600_000;
const SWEEP_MILLISECONDS = 30_000;
const JOB_MILLISECONDS = 10_000;
const WORKER_SLOTS = 500;

type Handle = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** The whole product in this process: database, servers, interpreters, timers. Ends what it began when it fails. */
export const startLocal = async (
  settings: Settings,
  folder: DataFolder,
  log: (entry: object) => void,
): Promise<LocalInstance> => {
  const cleanUp: (() => Promise<unknown> | undefined)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of cleanUp.splice(0).reverse()) await each();
  };
  try {
    return { ...(await start(settings, folder, log, cleanUp)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const start = async (
  settings: Settings,
  folder: DataFolder,
  log: (entry: object) => void,
  cleanUp: (() => Promise<unknown> | undefined)[],
): Promise<Omit<LocalInstance, 'stop'>> => {
  // The servers come first: a port in use is known at once, and the addresses that handlers tell are the real ones.
  // Requests that come before everything stands wait for it.
  const handles = Promise.withResolvers<{ readonly api: Handle; readonly hooks: Handle }>();
  handles.promise.catch(() => undefined);
  const serve = async (port: number, setting: string, which: 'api' | 'hooks'): Promise<RunningServer> => {
    const server = await startServer({
      host: settings.host,
      port,
      setting,
      handle: async (event) => (await handles.promise)[which](event),
      now: systemClock.now,
      requestId: systemRandom.id,
      log,
    });
    cleanUp.push(() => server.close());
    return server;
  };
  const api = await serve(settings.port, 'STEPWELL_PORT', 'api');
  const hooks = await serve(settings.hooksPort, 'STEPWELL_HOOKS_PORT', 'hooks');
  const urls = { apiUrl: settings.apiUrl ?? api.url, hooksUrl: settings.hooksUrl ?? hooks.url };

  const isEarlier = isOfEarlierVersion(folder);
  const database = await startDatabase({
    file: folder.database,
    log,
    endpoint: settings.databaseEndpoint,
  });
  cleanUp.push(() => database.stop());
  const location: StoreLocation = {
    endpoint: database.endpoint,
    journals: settings.databaseEndpoint === undefined ? folder.journals : null,
    table: settings.table,
    cursorKey: folder.cursorKey,
    payloads: folder.payloads,
  };
  const { connection, cache } = openStore(location);
  const stores = makeStores(connection);
  await createTable(connection.client, settings.table);
  if (isEarlier) await moveJournalsOf(location);

  const interpreter = (generation: string, runsChildren: boolean): InterpreterSettings => ({
    ...location,
    allowedHosts: settings.allowedHosts,
    allowedPorts: settings.allowedPorts,
    credentialsKey: folder.credentialsKey,
    signingKey: folder.signingKey,
    hooksUrl: urls.hooksUrl,
    logsAll: settings.logsAll,
    aliveEveryMilliseconds: settings.hungAfterMilliseconds / 10,
    generation,
    runsChildren,
  });
  const workers = (size: number, slots: number, runsChildren = true): WorkerPool => {
    const pool = makeWorkerPool({
      script: new URL('./interpreter-worker.js', import.meta.url),
      workerData: (generation) => interpreter(generation, runsChildren),
      generation: systemRandom.id,
      size,
      slots,
      heapMebibytes: settings.heapMebibytes,
      hungAfter: settings.hungAfterMilliseconds,
      poke: (executionId) => void orchestrator.poke(executionId),
      inline: (executionId, isUnderWay) => orchestrator.inline(executionId, isUnderWay),
      wrote: cache.forget,
      log,
    });
    cleanUp.push(() => pool.close());
    return pool;
  };
  const pool = workers(settings.workers, WORKER_SLOTS);
  // Requests under way end while there is still a database to answer them from.
  cleanUp.push(() => Promise.all([api.close(), hooks.close()]));
  const orchestrator: LocalOrchestrator = makeOrchestrator({
    pool,
    // A child that brings its interpreter down does it there by itself.
    quarantine: lazyPool(() => workers(1, 1, false)),
    poison: async (executionId, times) => {
      const { failExecution } = await import('../../shared/executions/fail.ts');
      const loaded = await stores.executions.load(executionId);
      if (loaded) await failExecution(sweepWorld, loaded, poisoned(times));
    },
    now: systemClock.now,
    log,
  });
  const suspects = makeSuspects({ run: orchestrator.run, now: systemClock.now, log });
  const sweepWorld: SweepWorld = {
    stores,
    clock: systemClock,
    poke: orchestrator.poke,
    knows: (executionId) => orchestrator.knows(executionId) || suspects.has(executionId),
    suspect: suspects.add,
    wakeAt: orchestrator.wakeAt,
    // Who holds a lease on this machine is known; all others are of an earlier life.
    isHeld: () => false,
    startMilliseconds: 0,
    log,
  };
  const recovery = makeRecovery({
    sweep: async () => {
      const { woken } = await sweep(sweepWorld);
      await runJobs(platform, systemClock.now() + JOB_MILLISECONDS);
      await removeExpired(platform);
      return woken;
    },
    log,
  });
  cleanUp.push(async () => {
    recovery.stop();
    suspects.stop();
    orchestrator.stop();
  });

  const schedules = localSchedules({ stores, platform: () => platform, log });
  cleanUp.push(async () => schedules.stop());
  const platform: Platform = localPlatform({
    egress: { allowedHosts: settings.allowedHosts, allowedPorts: settings.allowedPorts },

    folder,
    stores,
    payloads: connection.payloads,
    orchestrator,
    scheduler: schedules,
    events: localEvents(() => platform),
    suggester: localSuggester(() => platform),
    urls,
    log,
  });
  handles.resolve({
    api: apiWhenAsked(platform),
    hooks: hooksHandler(platform),
  });
  if (location.journals !== null) {
    let isStopping = false;
    const cleaning = makeRecovery({ sweep: () => removeExpiredRows(connection, () => isStopping), log });
    cleaning.watch(CLEAN_MILLISECONDS);
    cleanUp.push(async () => {
      isStopping = true;
      cleaning.stop();
    });
  }
  if (settings.hold) await stores.operations.hold('Started with STEPWELL_HOLD=true.');
  const { woken: recovered } = await sweep(sweepWorld);
  recovery.watch(SWEEP_MILLISECONDS);
  await schedules.start();
  // Nobody waits for it here: whoever asked looks at the row.
  void goOnWithSuggestions(platform);
  return { ...urls, database: database.endpoint, isSetUp: await stores.settings.isSetUp(), recovered };
};

/** Earlier versions had the journals in the database. */
const isOfEarlierVersion = ({ database, journals }: DataFolder): boolean =>
  existsSync(database) && !existsSync(journals);

const moveJournalsOf = async ({ endpoint, journals, table }: StoreLocation): Promise<void> => {
  if (journals === null) return;
  const { moveJournals } = await import('./move-journals.ts');
  const client = makeWireClient(endpoint);
  await moveJournals({ client, table }, journals);
  await client.close();
};

/** Most of the code is the API's. An instance that only answers webhooks and moves executions does without. */
const apiWhenAsked = (platform: Platform): Handle => {
  const load = once(async () => {
    const [{ allHandlers }, { lambdaHandler }] = await Promise.all([
      import('../../functions/router.ts'),
      import('../../shared/http/lambda.ts'),
    ]);
    flushCompileCache();
    return lambdaHandler(allHandlers, platform);
  });
  return async (event) => (await load())(event);
};
