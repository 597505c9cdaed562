import type { Clock, HttpPort, Random } from '../../engine/ports.ts';
import type { EgressRules } from '../../shared/adapters/egress-rules.ts';
import { systemClock, systemRandom } from '../../shared/adapters/system.ts';
import { openProviders } from '../../shared/ai/providers.ts';
import { keyFileSigner } from '../../shared/auth/key-file-signer.ts';
import { keyFileService } from '../../shared/credentials/key-file-service.ts';
import { makeVault } from '../../shared/credentials/vault.ts';
import { deferred } from '../../shared/deferred.ts';
import type { EventBus } from '../../shared/events/event-bus.ts';
import type { Orchestrator } from '../../shared/executions/orchestrator.ts';
import type { Platform, PlatformConfig } from '../../shared/platform.ts';
import type { Scheduler } from '../../shared/schedules/scheduler.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { type DataFolder, sha256Hex } from './data-folder.ts';

const clock: Clock = systemClock;
const random: Random = systemRandom;

/** The collaborators of all handlers, on one machine. */
export const localPlatform = (made: {
  readonly folder: DataFolder;
  readonly stores: Stores;
  readonly payloads: Platform['payloads'];
  readonly orchestrator: Orchestrator;
  readonly scheduler: Scheduler;
  readonly events: EventBus;
  readonly suggester: Platform['suggester'];
  readonly urls: Pick<PlatformConfig, 'apiUrl' | 'hooksUrl'>;
  readonly egress: EgressRules;
  readonly log: (entry: object) => void;
}): Platform => {
  const http = deferred(async (): Promise<HttpPort> => {
    const { makeEgress } = await import('../../shared/adapters/egress.ts');
    return makeEgress({ ...made.egress, log: made.log });
  });
  const identities = deferred(async () => {
    const { openNodeIdentities } = await import('../../shared/adapters/aws/node-services.ts');
    return { of: openNodeIdentities({ nodeRole: null, region: null, now: clock.now }) };
  });
  return {
    stores: made.stores,
    payloads: made.payloads,
    clock,
    random,
    tokens: keyFileSigner(made.folder.signingKey),
    vault: makeVault({ keys: keyFileService(made.folder.credentialsKey), now: clock.now, log: made.log }),
    http,
    services: {
      mail: deferred(async () => {
        const { makeMail } = await import('../../shared/adapters/egress-mail.ts');
        return makeMail({ ...made.egress, log: made.log });
      }),
      sql: deferred(async () => {
        const { openSqlClient } = await import('../../shared/adapters/sql/sql-client.ts');
        return openSqlClient(made.egress.allowedHosts);
      }),
      aws: (ownerId) =>
        deferred(async () => {
          const { openNodeServices } = await import('../../shared/adapters/aws/node-services.ts');
          return openNodeServices({ identityOf: identities.of, now: clock.now, isElsewhere: false })(ownerId);
        }),
      providers: openProviders({ http, clock, identityOf: identities.of, hasOwnRole: false }),
    },
    orchestrator: made.orchestrator,
    scheduler: made.scheduler,
    events: made.events,
    suggester: made.suggester,
    config: { setupTokenHash: sha256Hex(made.folder.setupToken), ...made.urls },
    log: made.log,
  };
};
