import { z } from 'zod';

/** A header a sender may use, as it is compared: in lower case. */
const headerName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be the name of a header')
  .toLowerCase();

const toleranceSeconds = z
  .int()
  .min(1)
  .max(86_400)
  .default(300)
  .meta({ title: 'Tolerance', description: 'Seconds the time that was signed may lie from now.' });

/** Schemes with a name sign as their inventor says; `custom` says it itself. */
export const SIGNATURE_SCHEMES = ['github', 'stripe', 'slack', 'standard', 'custom'] as const;

const signature = z.strictObject({
  kind: z.literal('hmac').meta({ title: 'Kind', description: 'A signature of the body.' }),
  scheme: z
    .enum(SIGNATURE_SCHEMES)
    .default('custom')
    .meta({ title: 'Scheme', description: 'As that service signs; standard is that of Standard Webhooks.' }),
  header: headerName.optional().meta({
    title: 'Header',
    description: 'Custom: the header that holds the signature.',
    examples: ['X-Signature'],
  }),
  algorithm: z
    .enum(['sha256', 'sha512', 'sha1'])
    .optional()
    .meta({ title: 'Algorithm', description: 'Custom; sha256 if missing.' }),
  encoding: z
    .enum(['hex', 'base64'])
    .optional()
    .meta({ title: 'Encoding', description: 'Custom; hex if missing.' }),
  prefix: z
    .string()
    .max(32)
    .optional()
    .meta({
      title: 'Prefix',
      description: 'Custom: what stands before the signature, as "sha256=".',
      examples: ['sha256='],
    }),
  timestampHeader: headerName.optional().meta({
    title: 'Header of the time',
    description: 'Custom: the header with the time in seconds or milliseconds since 1970.',
    examples: ['X-Timestamp'],
  }),
  signedText: z
    .string()
    .max(128)
    .regex(/\{body\}/, 'must hold {body}')
    .optional()
    .meta({
      title: 'Signed text',
      description: 'Custom: what is signed, of {timestamp} and {body}; {body} if missing.',
      examples: ['{timestamp}.{body}'],
    }),
  toleranceSeconds,
});
export type SignatureRule = z.output<typeof signature>;

/** How a sender shows who they are. The secret itself is no part of a definition: it is kept with the webhook. */
export const webhookAuthentication = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('none').meta({ title: 'Kind', description: 'Anybody who knows the address may call.' }),
  }),
  z.strictObject({
    kind: z.literal('token').meta({ title: 'Kind', description: 'A token in a header.' }),
    header: headerName.default('authorization').meta({
      title: 'Header',
      description: 'In Authorization it follows "Bearer".',
      examples: ['X-Hook-Token'],
    }),
  }),
  z.strictObject({
    kind: z.literal('basic').meta({ title: 'Kind', description: 'A user name and a password.' }),
  }),
  signature,
]);
export type WebhookAuthentication = z.output<typeof webhookAuthentication>;

/** What does not go together, with where it stands. */
export const authenticationProblems = (
  authentication: WebhookAuthentication,
): { readonly pointer: string; readonly message: string }[] => {
  if (authentication.kind !== 'hmac') return [];
  const { scheme, header, timestampHeader, signedText } = authentication;
  const own = ['header', 'algorithm', 'encoding', 'prefix', 'timestampHeader', 'signedText'] as const;
  if (scheme !== 'custom') {
    return own
      .filter((name) => authentication[name] !== undefined)
      .map((name) => ({
        pointer: `/${name}`,
        message: `is only for the scheme "custom"; ${scheme} sets it`,
      }));
  }
  return [
    ...(header === undefined
      ? [{ pointer: '/header', message: 'is needed: the header with the signature' }]
      : []),
    ...(signedText?.includes('{timestamp}') && timestampHeader === undefined
      ? [{ pointer: '/timestampHeader', message: 'is needed, as {timestamp} is signed' }]
      : []),
    ...(timestampHeader !== undefined && !signedText?.includes('{timestamp}')
      ? [
          {
            pointer: '/signedText',
            message: 'must hold {timestamp}: a time that is not signed proves nothing',
          },
        ]
      : []),
  ];
};
