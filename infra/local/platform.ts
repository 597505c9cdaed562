import type { Clock, Random } from '../../engine/ports.ts';
import { systemClock, systemRandom } from '../../shared/adapters/system.ts';
import { keyFileSigner } from '../../shared/auth/key-file-signer.ts';
import type { Orchestrator } from '../../shared/executions/orchestrator.ts';
import type { Platform, PlatformConfig } from '../../shared/platform.ts';
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
  readonly urls: Pick<PlatformConfig, 'apiUrl' | 'hooksUrl'>;
  readonly log: (entry: object) => void;
}): Platform => ({
  stores: made.stores,
  payloads: made.payloads,
  clock,
  random,
  tokens: keyFileSigner(made.folder.signingKey),
  orchestrator: made.orchestrator,
  config: { setupTokenHash: sha256Hex(made.folder.setupToken), ...made.urls },
  log: made.log,
});
