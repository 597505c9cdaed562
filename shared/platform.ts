import type { AwsPort, Clock, EnginePorts, HttpPort, Random } from '../engine/ports.ts';
import type { AiProviders } from './ai/providers.ts';
import type { TokenSigner } from './auth/token-signer.ts';
import type { Vault } from './credentials/vault.ts';
import type { EventBus } from './events/event-bus.ts';
import type { Orchestrator } from './executions/orchestrator.ts';
import type { Scheduler } from './schedules/scheduler.ts';
import type { PayloadStore } from './store/connection.ts';
import type { Stores } from './store/stores.ts';
import type { Suggester } from './suggestions/suggester.ts';

/** Everything handlers stand on. One per process, made by its composition root. */
export interface Platform {
  readonly stores: Stores;
  readonly payloads: PayloadStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly tokens: TokenSigner;
  readonly vault: Vault;
  /** The one way out to others: see `shared/adapters/egress.ts`. */
  readonly http: HttpPort;
  /** What is called otherwise than by HTTP. */
  readonly services: Pick<EnginePorts, 'mail' | 'sql'> & {
    aws(ownerId: string): AwsPort;
    readonly providers: AiProviders;
  };
  readonly orchestrator: Orchestrator;
  readonly scheduler: Scheduler;
  readonly events: EventBus;
  readonly suggester: Suggester;
  readonly config: PlatformConfig;
  /** One line of the log. Never bodies, never secrets. */
  log(entry: object): void;
}

export interface PlatformConfig {
  /** Hex SHA-256 of the set-up token that the deployment prints. */
  readonly setupTokenHash: string;
  /** Origin of the API, without the base path. */
  readonly apiUrl: string;
  /** Origin of the webhooks. */
  readonly hooksUrl: string;
}
