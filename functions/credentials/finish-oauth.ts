import { authenticator } from '../../shared/auth/authenticate.ts';
import { hashSecret, matchesHash } from '../../shared/auth/secret.ts';
import { finishOAuth as contract } from '../../shared/contracts/credentials.ts';
import { finishAuthorization, unknownState } from '../../shared/credentials/finish-authorization.ts';
import { readOauthCookie } from '../../shared/credentials/oauth-cookie.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler, type HandlerRequest } from '../../shared/http/define-handler.ts';
import type { OAuthState } from '../../shared/store/oauth-states.ts';

const PAGE =
  '<!doctype html><meta charset="utf-8"><title>Connected</title><p>The credential is connected. You can close this window.';

export const finishOAuth = defineHandler(contract, async (request) => {
  const { query, platform } = request;
  const { oauthStates } = platform.stores;
  const stateHash = hashSecret(query.state);
  const state = await oauthStates.get(stateHash);
  if (!state) throw unknownState();
  // Looked at first: a stranger who came by the address must not use it up.
  await refuseStranger(request, state);
  if (!(await oauthStates.take(stateHash))) throw unknownState();
  if (query.error !== undefined)
    throw new AppError('oauth.denied', 'The authorization server gave no access. Start again to retry.');
  if (query.code === undefined) throw new AppError('oauth.state', 'The authorization server sent no code.');
  await finishAuthorization(platform, state, query.code);
  return { body: PAGE };
});

/** The one who comes back must be the one who began: by the cookie of that browser, or by signing the request. */
const refuseStranger = async (
  {
    platform,
    headers,
    cookies,
  }: Pick<HandlerRequest<unknown, unknown, unknown, null>, 'platform' | 'headers' | 'cookies'>,
  state: OAuthState,
): Promise<void> => {
  const secret = readOauthCookie(platform, cookies);
  if (secret !== undefined && matchesHash(secret, state.browserHash)) return;
  const { userId } = await authenticator(platform)(headers);
  if (userId !== state.userId) throw unknownState();
};
