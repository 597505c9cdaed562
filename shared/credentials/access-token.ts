import type { CredentialType } from '../../engine/credentials/define-credential-type.ts';
import { NodeError } from '../../engine/errors.ts';
import type { Clock, CredentialData, HttpPort, Random } from '../../engine/ports.ts';
import { AppError } from '../errors.ts';
import type { CredentialRecord } from '../store/credentials.ts';
import type { OAuthTokens } from '../store/oauth-tokens.ts';
import type { Stores } from '../store/stores.ts';
import { fingerprintOf, keptTokens, openTokens } from './token-life.ts';
import { type GrantedToken, requestToken, TokenRefused } from './token-request.ts';
import type { Vault } from './vault.ts';

export interface TokenWorld {
  readonly stores: Pick<Stores, 'oauthTokens'>;
  readonly vault: Vault;
  readonly http: HttpPort;
  readonly clock: Clock;
  readonly random: Random;
}

interface Asked {
  readonly record: CredentialRecord;
  readonly data: CredentialData;
  readonly grant: NonNullable<CredentialType['grant']>;
}

/** Longer than a token request may take, so that two never renew at once. */
const LEASE_MILLISECONDS = 30_000;
const PATIENCE_MILLISECONDS = 25_000;
const LOOK_MILLISECONDS = 100;
/** A token that runs out on its way is none. */
const ON_ITS_WAY_MILLISECONDS = 5_000;
/** How long a server that gave no token is left in peace. */
const PEACE_MILLISECONDS = 60_000;

/**
 * An access token that is valid now, renewed before it runs out by whoever gets the lease; the others go on with the one there
 * is, or wait. Throws NodeError `credential.unusable`.
 */
export const accessTokenOf = async (world: TokenWorld, asked: Asked): Promise<string> => {
  const { stores, clock } = world;
  const { record } = asked;
  const fingerprint = fingerprintOf(asked.grant, asked.data);
  const giveUpAt = clock.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const kept = await stores.oauthTokens.get(record.id);
    const usable = usableNow(kept, fingerprint, clock.now());
    if (usable && !isDue(usable, clock.now())) return open(world, record, usable.sealed);
    refuseProblem(kept, fingerprint, clock.now());
    const holder = world.random.id();
    const leased = await stores.oauthTokens.lease(record.id, holder, clock.now() + LEASE_MILLISECONDS);
    if (leased) return renew(world, asked, { holder, fingerprint, kept: leased });
    if (usable) return open(world, record, usable.sealed);
    if (clock.now() >= giveUpAt)
      throw new NodeError(
        'credential.unusable',
        'The token is being renewed by somebody else for too long.',
        {
          retryable: true,
        },
      );
    await clock.sleep(LOOK_MILLISECONDS, new AbortController().signal);
  }
};

type Usable = OAuthTokens & { readonly sealed: string };

const usableNow = (kept: OAuthTokens | null, fingerprint: string, now: number): Usable | null => {
  if (kept?.sealed == null || kept.fingerprint !== fingerprint) return null;
  const isValid = kept.validUntil === null || kept.validUntil > now + ON_ITS_WAY_MILLISECONDS;
  return isValid ? { ...kept, sealed: kept.sealed } : null;
};

/** Time for a new one, unless the last try to get one was just now. */
const isDue = ({ renewAt, problem }: OAuthTokens, now: number): boolean =>
  renewAt !== null && renewAt <= now && !isFresh(problem, now);

const isFresh = (problem: OAuthTokens['problem'], now: number): boolean =>
  problem !== null && (problem.until === null || problem.until > now);

const refuseProblem = (kept: OAuthTokens | null, fingerprint: string, now: number): void => {
  if (kept?.problem && kept.fingerprint === fingerprint && isFresh(kept.problem, now))
    throw unusable(kept.problem.reason);
};

interface Lease {
  readonly holder: string;
  readonly fingerprint: string;
  /** As they were when the lease was taken: somebody may just have renewed them. */
  readonly kept: OAuthTokens;
}

const renew = async (world: TokenWorld, asked: Asked, lease: Lease): Promise<string> => {
  const { stores, vault, clock } = world;
  const { record } = asked;
  const { kept, fingerprint, holder } = lease;
  const usable = usableNow(kept, fingerprint, clock.now());
  const settle = (tokens: OAuthTokens) => stores.oauthTokens.settle(record.id, holder, tokens);
  try {
    if (usable && !isDue(usable, clock.now())) {
      await settle(kept);
      return open(world, record, usable.sealed);
    }
    const granted = await nextToken(world, asked, lease);
    await settle(await keptTokens(vault, record, fingerprint, granted, clock.now()));
    return granted.accessToken;
  } catch (thrown) {
    const isFinal =
      thrown instanceof NeverConnected ||
      (thrown instanceof TokenRefused && thrown.reason === 'invalid_grant');
    const isForEver = isFinal && asked.grant === 'authorizationCode';
    const reason = reasonOf(thrown);
    const until = isForEver ? null : clock.now() + PEACE_MILLISECONDS;
    const current = kept.fingerprint === fingerprint ? kept : { ...kept, sealed: null, fingerprint };
    await settle({ ...current, problem: { reason, until } });
    // What is still valid serves until it runs out.
    if (usable) return open(world, record, usable.sealed);
    throw unusable(reason, thrown instanceof NodeError && thrown.retryable);
  }
};

class NeverConnected extends Error {}

const nextToken = async (world: TokenWorld, asked: Asked, lease: Lease): Promise<GrantedToken> => {
  const { http, clock } = world;
  const { data, grant, record } = asked;
  if (grant === 'clientCredentials') {
    const { scope = '', audience } = data;
    const fields = {
      grant_type: 'client_credentials',
      ...(scope === '' ? {} : { scope: String(scope) }),
      ...(audience === undefined ? {} : { audience: String(audience) }),
    };
    return requestToken(http, data, fields, clock.now());
  }
  const { kept, fingerprint } = lease;
  if (kept.sealed === null || kept.fingerprint !== fingerprint) throw new NeverConnected();
  const { refreshToken } = await openTokens(world.vault, record, kept.sealed);
  if (refreshToken === null) throw new TokenRefused('invalid_grant');
  const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const granted = await requestToken(http, data, fields, clock.now());
  // A server that sends no new refresh token means the old one to be used on (RFC 6749 §6).
  return { ...granted, refreshToken: granted.refreshToken ?? refreshToken };
};

const open = async (world: TokenWorld, record: CredentialRecord, sealed: string): Promise<string> =>
  (await openTokens(world.vault, record, sealed)).accessToken;

const reasonOf = (thrown: unknown): string => {
  // Tokens that do not open are as good as none.
  if (thrown instanceof NeverConnected || thrown instanceof AppError) return 'not connected';
  return thrown instanceof TokenRefused ? thrown.reason : 'unreachable';
};

const ADVICE: Readonly<Record<string, string>> = {
  'not connected': 'The credential is not connected yet: start its authorization.',
  invalid_grant: 'The authorization has ended. Connect the credential again.',
  unreachable: 'The authorization server could not be reached.',
};

const unusable = (reason: string, retryable = false): NodeError =>
  new NodeError(
    'credential.unusable',
    ADVICE[reason] ??
      `The authorization server gave no token (${reason}). Look at the settings of the credential.`,
    { retryable },
  );
