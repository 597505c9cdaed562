import { randomBytes } from 'node:crypto';
import type { EnginePorts } from '../engine/ports.ts';
import { isElsewhere } from '../shared/adapters/aws/endpoint.ts';
import { openNodeIdentities, openNodeServices } from '../shared/adapters/aws/node-services.ts';
import type { StateMachines } from '../shared/adapters/aws/state-machines.ts';
import { ENV } from '../shared/adapters/names.ts';
import { systemClock, systemRandom } from '../shared/adapters/system.ts';
import { openProviders } from '../shared/ai/providers.ts';
import { makeVault } from '../shared/credentials/vault.ts';
import { deferred } from '../shared/deferred.ts';
import { answerOf } from '../shared/executions/answer.ts';
import { once } from '../shared/once.ts';
import type { Platform } from '../shared/platform.ts';
import { connect } from '../shared/store/connection.ts';
import { makeHold } from '../shared/store/hold.ts';
import { makeLeanStores } from '../shared/store/lean-stores.ts';
import type { Stores } from '../shared/store/stores.ts';
import { type Environment, need } from './environment.ts';
import { log } from './log.ts';

/**
 * What functions stand on, on AWS. Every collaborator is made once, when it is first used, and its client is loaded then;
 * the environment is read then too.
 */
const makeCloud = (env: Environment) => {
  const payloads: Platform['payloads'] = deferred(async () => {
    const { openPayloadBucket } = await import('../shared/adapters/aws/payload-bucket.ts');
    return openPayloadBucket(need(env, 'payloadBucket'), isElsewhere('S3', env));
  });
  const vault = once(() =>
    makeVault({
      keys: deferred(async () => {
        const { openKmsKeys } = await import('../shared/adapters/aws/kms-keys.ts');
        return openKmsKeys(need(env, 'credentialsKey'));
      }),
      now: systemClock.now,
      log,
    }),
  );
  const tokens: Platform['tokens'] = deferred(async () => {
    const { openKmsSigner } = await import('../shared/adapters/aws/kms-signer.ts');
    return openKmsSigner(need(env, 'signingKey'));
  });
  const http: EnginePorts['http'] = deferred(async () => {
    const { makeEgress } = await import('../shared/adapters/egress.ts');
    return makeEgress({ log });
  });
  const mail: EnginePorts['mail'] = deferred(async () => {
    const { makeMail } = await import('../shared/adapters/egress-mail.ts');
    return makeMail({ log });
  });
  const sandbox: EnginePorts['sandbox'] = deferred(async () => {
    const { openSandboxFunction } = await import('../shared/adapters/aws/sandbox-function.ts');
    return openSandboxFunction(need(env, 'sandboxFunction'));
  });
  const orchestrator = (machine: () => string, { executions }: Stores): StateMachines =>
    deferred(async () => {
      const { openStateMachines } = await import('../shared/adapters/aws/state-machines.ts');
      const readAnswer = async (executionId: string) => {
        const loaded = await executions.load(executionId);
        return loaded && answerOf(loaded.events);
      };
      const options = { machine, readAnswer, now: systemClock.now, log };
      return openStateMachines(options, isElsewhere('SFN', env));
    });
  const scheduler: Platform['scheduler'] = deferred(async () => {
    const { openScheduleGroup } = await import('../shared/adapters/aws/schedule-group.ts');
    return openScheduleGroup({
      group: need(env, 'scheduleGroup'),
      target: need(env, 'scheduleTarget'),
      role: need(env, 'scheduleRole'),
      deadLetters: need(env, 'scheduleDeadLetters'),
      now: systemClock.now,
    });
  });
  const suggester: Platform['suggester'] = deferred(async () => {
    const { openSuggesterFunction } = await import('../shared/adapters/aws/suggester-function.ts');
    return openSuggesterFunction(need(env, 'suggesterFunction'));
  });
  const events: Platform['events'] = deferred(async () => {
    const { openEventBus } = await import('../shared/adapters/aws/event-bus.ts');
    return openEventBus(need(env, 'eventBus'));
  });
  const connection = (cursorKey: Uint8Array) =>
    connect({
      table: need(env, 'table'),
      retentionDays: Number(need(env, 'retentionDays')),
      cursorKey,
      clock: systemClock,
      payloads,
    });
  const sql: EnginePorts['sql'] = deferred(async () => {
    const { openSqlClient } = await import('../shared/adapters/sql/sql-client.ts');
    return openSqlClient([]);
  });
  const identities = once(() =>
    openNodeIdentities({
      // Only functions that act for nodes are told of the role.
      nodeRole: env[ENV.awsNodeRole] ?? null,
      region: env.AWS_REGION ?? null,
      now: systemClock.now,
    }),
  );
  const nodeServices = once(() =>
    openNodeServices({
      identityOf: identities(),
      now: systemClock.now,
      isElsewhere: isElsewhere('S3', env),
    }),
  );
  const providers = once(() =>
    openProviders({ http, clock: systemClock, identityOf: identities(), hasOwnRole: true }),
  );
  const hold = once(() => makeHold(connection(new Uint8Array())));
  const hooksUrl = () => need(env, 'hooksUrl');
  /** Another group has no clocks yet, and rows of another table were brought in line with others. */
  const clocks = () => `${need(env, 'scheduleGroup')}/${need(env, 'table')}`;
  return {
    payloads,
    vault,
    tokens,
    http,
    mail,
    sandbox,
    suggester,
    orchestrator,
    scheduler,
    events,
    connection,
    hold,
    clocks,
    hooksUrl,
    nodeServices,
    providers,
    sql,
  };
};

/** Of this process. */
export const cloud = once(() => makeCloud(process.env));

/** The stores of a function that gives no cursors to anybody: any key will do for its own. */
export const ownStores = once(() => makeLeanStores(cloud().connection(randomBytes(32))));

const makePlatform = async (env: Environment): Promise<Platform> => {
  const made = cloud();
  const { payloads, vault, tokens, http, orchestrator, scheduler, events, connection, hooksUrl } = made;
  const deployment = await ownStores().settings.deployment();
  if (!deployment)
    throw new Error('The table knows nothing of a deployment. Deploy the application stack again.');
  const stores = makeLeanStores(connection(deployment.cursorKey));
  return {
    stores,
    payloads,
    clock: systemClock,
    random: systemRandom,
    tokens,
    vault: vault(),
    http,
    services: {
      mail: made.mail,
      sql: made.sql,
      aws: (ownerId) => made.nodeServices()(ownerId),
      // Made when it is asked for, as all here: most functions have no role for it.
      get providers() {
        return made.providers();
      },
    },
    orchestrator: orchestrator(() => need(env, 'expressMachine'), stores),
    scheduler,
    events,
    suggester: made.suggester,
    config: {
      setupTokenHash: deployment.setupTokenHash,
      apiUrl: need(env, 'apiUrl'),
      hooksUrl: hooksUrl(),
    },
    log,
  };
};

let platform: Promise<Platform> | undefined;

/** What the handlers of routes stand on. Made with the first request; one that failed leaves the next to try again. */
export const cloudPlatform = (): Promise<Platform> => {
  platform ??= makePlatform(process.env).catch((error: unknown) => {
    platform = undefined;
    throw error;
  });
  return platform;
};
