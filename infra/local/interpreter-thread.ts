import { parentPort, workerData } from 'node:worker_threads';
import type { HttpPort } from '../../engine/ports.ts';
import { isElsewhere } from '../../shared/adapters/aws/endpoint.ts';
import { openNodeIdentities, openNodeServices } from '../../shared/adapters/aws/node-services.ts';
import { systemClock, systemRandom } from '../../shared/adapters/system.ts';
import { openProviders } from '../../shared/ai/providers.ts';
import { keyFileSigner } from '../../shared/auth/key-file-signer.ts';
import { keyFileService } from '../../shared/credentials/key-file-service.ts';
import { makeVault } from '../../shared/credentials/vault.ts';
import { type Asynchronous, deferred } from '../../shared/deferred.ts';
import { type Begun, makeInterpreter } from '../../shared/executions/interpret.ts';
import { resumeLinks } from '../../shared/executions/resume-links.ts';
import { makeSandboxPool } from '../../shared/sandbox/sandbox-pool.ts';
import { makeLeanStores } from '../../shared/store/lean-stores.ts';
import { inBatches } from './in-batches.ts';
import { makeLog } from './log.ts';
import { makeMailboxes } from './mailboxes.ts';
import { openStore, type StoreLocation } from './open-store.ts';
import type { JobResult, MailMessage, RunMessage, WorkerMessage } from './worker-pool.ts';

/** What an interpreter thread is told of the world: plain data, it makes its own connections. */
export interface InterpreterSettings extends StoreLocation {
  readonly allowedHosts: readonly string[];
  readonly allowedPorts: readonly number[];
  /** The file of the key that wraps those of credentials. */
  readonly credentialsKey: string;
  /** The file of the key that signs links. */
  readonly signingKey: string;
  /** Origin of the links. */
  readonly hooksUrl: string;
  readonly logsAll: boolean;
  readonly aliveEveryMilliseconds: number;
  readonly generation: string;
  /** Whether short children run in the slices of their parents. */
  readonly runsChildren: boolean;
}

/** As long as on AWS, where the Express state machine hands over before minute 5. */
const SLICE_MILLISECONDS = 240_000;
const LONGEST_SLEEP_MILLISECONDS = 500;
/** A thread holds its leases as long as it lives; a new generation makes them void at once. */
const LEASE_MILLISECONDS = SLICE_MILLISECONDS + 60_000;

const SANDBOX_SCRIPT = new URL('./sandbox-worker.js', import.meta.url);
/** Programs of one interpreter that run at once, so that one that hangs does not hold up the others. */
const SANDBOXES = 4;

const port = parentPort;
if (!port) throw new Error('This module runs in a worker thread.');
const settings: InterpreterSettings = workerData;
const tell = (message: WorkerMessage): void => port.postMessage(message);
const report = inBatches<JobResult>((results) => tell({ kind: 'results', results }));
const log = makeLog({ all: settings.logsAll, write: (line) => process.stderr.write(line) });

const { connection } = openStore(settings, (items) => tell({ kind: 'wrote', items }));
const stores = makeLeanStores(connection);
const vault = makeVault({ keys: keyFileService(settings.credentialsKey), now: systemClock.now, log });
const http: Asynchronous<HttpPort> = deferred(async () => {
  const { makeEgress } = await import('../../shared/adapters/egress.ts');
  return makeEgress({ allowedHosts: settings.allowedHosts, allowedPorts: settings.allowedPorts, log });
});
// On one machine there is no role for nodes: each names its own credential.
const identityOf = openNodeIdentities({ nodeRole: null, region: null, now: systemClock.now });
const interpreter = makeInterpreter({
  stores,
  vault,
  aws: openNodeServices({
    identityOf,
    now: systemClock.now,
    isElsewhere: isElsewhere('S3', process.env),
  }),
  providers: openProviders({ http, clock: systemClock, identityOf, hasOwnRole: false }),
  poke: async (executionId) => tell({ kind: 'poke', executionId }),
  onInline: (executionId, isUnderWay) => tell({ kind: 'inline', executionId, isUnderWay }),
  ports: {
    clock: systemClock,
    random: systemRandom,
    http,
    mail: deferred(async () => {
      const { makeMail } = await import('../../shared/adapters/egress-mail.ts');
      return makeMail({ allowedHosts: settings.allowedHosts, allowedPorts: settings.allowedPorts, log });
    }),
    payloads: connection.payloads,
    sql: deferred(async () => {
      const { openSqlClient } = await import('../../shared/adapters/sql/sql-client.ts');
      return openSqlClient(settings.allowedHosts);
    }),
    sandbox: makeSandboxPool({ script: SANDBOX_SCRIPT, size: SANDBOXES }),
    links: resumeLinks(keyFileSigner(settings.signingKey), settings.hooksUrl),
  },
});

const optionsOf = ({ job, waiting }: RunMessage) => {
  const now = systemClock.now();
  return {
    deadline: now + SLICE_MILLISECONDS,
    waitingCaller: waiting,
    runsChildren: settings.runsChildren,
    // A sleeper takes up one of the thread's slots; only for somebody who waits it is worth that.
    ...(waiting ? {} : { longestSleepMilliseconds: LONGEST_SLEEP_MILLISECONDS }),
    writer: {
      writerId: `${settings.generation}.${job}`,
      leaseUntil: now + LEASE_MILLISECONDS,
      generation: settings.generation,
    },
    signal: new AbortController().signal,
  };
};

const mailboxes = makeMailboxes();

const perform = async (message: RunMessage): Promise<Begun> => {
  const { executionId, execution } = message;
  const { mail, close } = mailboxes.open(executionId);
  // Another Stepwell may write to a database that is not our own.
  const options = { ...optionsOf(message), ...(settings.journals === null ? {} : { mail }) };
  try {
    if (execution !== null) return await interpreter.begin(JSON.parse(execution), options);
    return { outcome: await interpreter.advance(executionId, options), answer: null };
  } finally {
    close();
  }
};

const run = async (message: RunMessage): Promise<void> => {
  const { job } = message;
  try {
    report({ job, begun: JSON.stringify(await perform(message)) });
  } catch (error) {
    report({ job, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
};

port.on('message', (messages: readonly (RunMessage | MailMessage)[]) => {
  for (const message of messages) {
    if ('mailFor' in message) mailboxes.deliver(message.mailFor);
    else void run(message);
  }
});
tell({ kind: 'alive' });
setInterval(() => tell({ kind: 'alive' }), settings.aliveEveryMilliseconds);
