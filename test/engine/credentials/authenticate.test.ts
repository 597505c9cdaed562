import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { authenticate } from '../../../engine/credentials/authenticate.ts';
import { credentialTypes, HTTP_CREDENTIAL_TYPES } from '../../../engine/credentials/registry.ts';
import type { CredentialData, HttpRequest } from '../../../engine/ports.ts';

const request: HttpRequest = {
  method: 'GET',
  url: 'https://api.example.com/orders?page=2',
  headers: { accept: '*/*', Authorization: 'of the user', 'X-Api-Key': 'of the user' },
  maxRedirects: 5,
  timeoutMilliseconds: 1_000,
  maxResponseBytes: 1_000,
  signal: new AbortController().signal,
};
const withCredential = (type: string, data: CredentialData) =>
  authenticate(request, { id: 'cred_1', type, data, allowedHosts: ['api.example.com'] });

describe('authenticate', () => {
  it.each<[string, CredentialData, Record<string, string>]>([
    ['basic', { username: 'Zoë', password: 'pass:wörd' }, { authorization: 'Basic Wm/DqzpwYXNzOnfDtnJk' }],
    ['bearer', { token: 'abc' }, { authorization: 'Bearer abc' }],
    ['apiKey', { in: 'header', name: 'X-API-Key', value: 'abc' }, { 'x-api-key': 'abc' }],
    ['generic', { 'header.X-One': '1', 'header.x-two': '2', own: '3' }, { 'x-one': '1', 'x-two': '2' }],
  ])('puts %s into headers, over those of the request', (type, data, headers) => {
    const signed = withCredential(type, data);
    expect(signed.headers).toMatchObject(headers);
    const names = Object.keys(signed.headers).map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(signed.secretHeaders).toEqual(Object.keys(headers));
    expect(signed.allowedHosts).toEqual(['api.example.com']);
  });

  it('puts a key into the query, once', () => {
    const signed = withCredential('apiKey', { in: 'query', name: 'page', value: 'a&b' });
    expect(signed.url).toBe('https://api.example.com/orders?page=a%26b');
  });

  it.each(['smtp', 'aws', 'nothing'])('refuses %s', (type) => {
    expect(() => withCredential(type, {})).toThrow(
      expect.objectContaining({ code: 'credential.cannotAuthenticate' }),
    );
  });
});

describe('a credential type', () => {
  it.each([...credentialTypes.values()].map((type) => [type.type, type] as const))(
    '%s holds texts, numbers and flags only',
    (_, type) => {
      const schema = JSON.stringify(z.toJSONSchema(type.fields, { io: 'input' }));
      const kinds = [...schema.matchAll(/"type":"(\w+)"/g)].map(([, kind]) => kind);
      expect(new Set(kinds)).not.toContain('array');
      expect(kinds.filter((kind) => kind === 'object')).toHaveLength(1);
      expect(type.fields.safeParse({ unknown: { nested: true } }).success).toBe(false);
    },
  );

  it('authenticates requests by these types', () => {
    expect(HTTP_CREDENTIAL_TYPES).toEqual(expect.arrayContaining(['apiKey', 'basic', 'bearer', 'generic']));
    expect(HTTP_CREDENTIAL_TYPES).not.toContain('smtp');
  });
});
