import { apiKey } from './api-key.ts';
import { aws } from './aws.ts';
import { basic } from './basic.ts';
import { bearer } from './bearer.ts';
import type { CredentialType } from './define-credential-type.ts';
import { generic } from './generic.ts';
import { discord, slack, telegram, webhookUrl } from './messengers.ts';
import { oauth2AuthorizationCode, oauth2ClientCredentials } from './oauth2.ts';
import { mysql, postgresql, smtp } from './servers.ts';

/** Every credential type there is, a line each. */
const ALL = [
  apiKey,
  basic,
  bearer,
  oauth2ClientCredentials,
  oauth2AuthorizationCode,
  aws,
  smtp,
  slack,
  discord,
  telegram,
  webhookUrl,
  postgresql,
  mysql,
  generic,
] as const;

export const credentialTypes: ReadonlyMap<string, CredentialType> = new Map(
  ALL.map((type) => [type.type, type]),
);

/** The types that authenticate HTTP requests: what a node that calls an API takes. */
export const HTTP_CREDENTIAL_TYPES: readonly string[] = ALL.filter((type) => type.authenticate).map(
  ({ type }) => type,
);
