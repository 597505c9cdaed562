import { finishOAuth } from '../contracts/credentials.ts';
import { BASE_PATH } from '../contracts/paths.ts';
import type { Platform } from '../platform.ts';
import { AUTHORIZATION_SECONDS } from './authorization.ts';

const PATH = `${BASE_PATH}${finishOAuth.path}`;
const NAME = 'stepwell-oauth';

/** Over TLS the name says that the cookie came over TLS (RFC 6265bis §4.1.3.1). */
const nameOf = ({ config }: Platform): string =>
  config.apiUrl.startsWith('https:') ? `__Secure-${NAME}` : NAME;

/** Keeps a secret in the browser that begins an authorization, so that only it can end it. Lax: it comes back from another site. */
export const oauthCookie = (platform: Platform, secret: string): string =>
  [
    `${nameOf(platform)}=${secret}`,
    `Path=${PATH}`,
    `Max-Age=${AUTHORIZATION_SECONDS}`,
    'HttpOnly',
    'SameSite=Lax',
    ...(platform.config.apiUrl.startsWith('https:') ? ['Secure'] : []),
  ].join('; ');

export const readOauthCookie = (
  platform: Platform,
  cookies: ReadonlyMap<string, string>,
): string | undefined => cookies.get(nameOf(platform));
