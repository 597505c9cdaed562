import { z } from 'zod';
import { defineCredentialType, hostOf, secretText, testUrl } from './define-credential-type.ts';

export const bearer = defineCredentialType({
  type: 'bearer',
  name: 'Bearer token',
  description: 'A token in the Authorization header (RFC 6750).',
  fields: z.strictObject({ token: secretText('Token', 16_384), testUrl }),
  secrets: ['token'],
  hosts: (data) => [hostOf(data.testUrl)],
  authenticate: ({ token }) => ({ headers: { authorization: `Bearer ${token}` } }),
});
