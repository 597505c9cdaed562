import { z } from 'zod';
import { defineCredentialType, hostOf, secretText, testUrl } from './define-credential-type.ts';

/** RFC 9110 §5.1: a token. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export const apiKey = defineCredentialType({
  type: 'apiKey',
  name: 'API key',
  description: 'A key that is sent in a header or in the query.',
  fields: z
    .strictObject({
      in: z.enum(['header', 'query']).default('header').meta({ title: 'Sent in' }),
      name: z.string().min(1).max(256).default('X-API-Key').meta({ title: 'Name' }),
      value: secretText('Key'),
      testUrl,
    })
    .refine((data) => data.in === 'query' || HEADER_NAME.test(data.name), {
      path: ['name'],
      message: 'must be the name of a header',
    }),
  secrets: ['value'],
  hosts: (data) => [hostOf(data.testUrl)],
  authenticate: (data) =>
    data.in === 'header' ? { headers: { [data.name]: data.value } } : { query: { [data.name]: data.value } },
});
