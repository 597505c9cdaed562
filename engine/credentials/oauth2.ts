import { z } from 'zod';
import { defineCredentialType, hostOf, secretText, testUrl } from './define-credential-type.ts';

const endpoint = (title: string) =>
  z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .max(2_048)
    .meta({ title });

const client = {
  tokenUrl: endpoint('Token URL'),
  clientId: z.string().min(1).max(1_024).meta({ title: 'Client id' }),
  scope: z
    .string()
    .max(4_096)
    .default('')
    .meta({ title: 'Scope', description: 'Names with spaces between them.' }),
  clientAuthentication: z
    .enum(['basic', 'body'])
    .default('basic')
    .meta({ title: 'Client authentication', description: 'Where the token URL wants id and secret.' }),
  testUrl,
};

/** Nodes see the access token and nothing that could get another one. */
const resolved = z.strictObject({ accessToken: z.string() });
const authenticate = ({ accessToken }: z.output<typeof resolved>) => ({
  headers: { authorization: `Bearer ${accessToken}` },
});

export const oauth2ClientCredentials = defineCredentialType({
  type: 'oauth2ClientCredentials',
  name: 'OAuth 2 client credentials',
  description:
    'A token for an application by itself (RFC 6749 §4.4). Fetched when needed and before it runs out.',
  fields: z.strictObject({
    ...client,
    clientSecret: secretText('Client secret'),
    audience: z.string().max(2_048).optional().meta({ title: 'Audience' }),
  }),
  secrets: ['clientSecret'],
  hosts: (data) => [hostOf(data.testUrl), hostOf(data.tokenUrl)],
  grant: 'clientCredentials',
  resolved,
  authenticate,
});

export const oauth2AuthorizationCode = defineCredentialType({
  type: 'oauth2AuthorizationCode',
  name: 'OAuth 2 authorization code',
  description:
    'A token that a person grants in the browser (RFC 6749 §4.1 with PKCE). Renewed before it runs out.',
  fields: z.strictObject({
    ...client,
    authorizationUrl: endpoint('Authorization URL'),
    clientSecret: secretText('Client secret').optional(),
    extra: z.string().max(2_048).default('').meta({
      title: 'Extra parameters',
      description: 'For the authorization URL, like access_type=offline&prompt=consent.',
    }),
  }),
  secrets: ['clientSecret'],
  hosts: (data) => [hostOf(data.testUrl), hostOf(data.tokenUrl)],
  grant: 'authorizationCode',
  resolved,
  authenticate,
});
