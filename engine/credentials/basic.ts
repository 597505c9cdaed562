import { z } from 'zod';
import { toBase64 } from '../expression/base64.ts';
import { defineCredentialType, hostOf, secretText, testUrl } from './define-credential-type.ts';

export const basic = defineCredentialType({
  type: 'basic',
  name: 'Basic authentication',
  description: 'A user name and a password in the Authorization header (RFC 7617).',
  fields: z.strictObject({
    username: z
      .string()
      .max(1_024)
      .regex(/^[^:]*$/, 'must not contain ":"')
      .meta({ title: 'User name' }),
    password: secretText('Password'),
    testUrl,
  }),
  secrets: ['password'],
  hosts: (data) => [hostOf(data.testUrl)],
  authenticate: ({ username, password }) => ({
    headers: { authorization: `Basic ${toBase64(`${username}:${password}`)}` },
  }),
});
