import { credentialTypes } from '../../engine/credentials/registry.ts';
import { NodeError } from '../../engine/errors.ts';
import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { OAuthState } from '../store/oauth-states.ts';
import { openCredential } from './credential-data.ts';
import { usableCredential } from './resolve.ts';
import { fingerprintOf, keptTokens } from './token-life.ts';
import { type GrantedToken, requestToken, TokenRefused } from './token-request.ts';

/** One text for all: it tells nothing of states, users and credentials that there may be. */
export const unknownState = () =>
  new AppError('oauth.state', 'This authorization is not known, has been used or has run out. Start again.');

/** Turns the code an authorization led to into tokens. Throws `oauth.state` and `oauth.failed`. */
export const finishAuthorization = async (
  platform: Platform,
  state: OAuthState,
  code: string,
): Promise<void> => {
  const { stores, vault, clock } = platform;
  const owner = await stores.users.get(state.userId);
  const record = await usableCredential(stores, state.userId, state.credentialId);
  const grant = record && credentialTypes.get(record.type)?.grant;
  if (!owner?.isActive || !grant) throw unknownState();
  const data = await openCredential(vault, record);
  if (fingerprintOf(grant, data) !== state.fingerprint)
    throw new AppError(
      'oauth.state',
      'The credential was changed since the authorization began. Start again.',
    );
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: state.redirectUri,
    code_verifier: state.verifier,
  };
  const granted = await requestToken(platform.http, data, fields, clock.now()).catch(refused);
  const tokens = await keptTokens(vault, record, state.fingerprint, granted, clock.now());
  await stores.oauthTokens.put(record.id, tokens);
};

const refused = (thrown: unknown): GrantedToken => {
  if (thrown instanceof TokenRefused || thrown instanceof NodeError)
    throw new AppError(
      'oauth.failed',
      `${thrown.message} Look at the settings of the credential and start again.`,
    );
  throw thrown;
};
