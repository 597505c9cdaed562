import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const run = async (parameters: JsonObject, key?: string) => {
  const credential = key === undefined ? {} : { credential: { type: 'generic', data: { key } } };
  const { outputs, error } = await runNode({ type: 'data.crypto', parameters, given: [{}], ...credential });
  return { data: outputs.main?.[0]?.data, error };
};

describe('data.crypto', () => {
  it.each(['md5', 'sha1', 'sha256', 'sha384', 'sha512'])('hashes with %s as others do', async (name) => {
    const { data } = await run({ value: 'Café', hash: name });
    expect(data).toBe(createHash(name).update('Café').digest('hex'));
  });

  it('makes and checks an HMAC with the key of its credential', async () => {
    const expected = createHmac('sha512', 'secret').update('{"a":1}').digest('base64url');
    const parameters = { value: { a: 1 }, hash: 'sha512', encoding: 'base64url' };
    expect((await run({ ...parameters, operation: 'hmac' }, 'secret')).data).toBe(expected);
    const check = (signature: string) => run({ ...parameters, operation: 'verifyHmac', signature }, 'secret');
    expect((await check(expected)).data).toBe(true);
    expect((await check(`A${expected.slice(1)}`)).data).toBe(expected.startsWith('A'));
    expect((await check('')).data).toBe(false);
    expect((await check('%%%')).data).toBe(false);
  });

  it.each([
    ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['PS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['EdDSA', () => generateKeyPairSync('ed25519')],
  ] as const)('signs with %s what its public key verifies', async (algorithm, makeKeys) => {
    const { privateKey, publicKey } = makeKeys();
    const pem = {
      private: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      public: publicKey.export({ type: 'spki', format: 'pem' }),
    };
    const parameters = { algorithm, value: 'text', encoding: 'base64' };
    const { data } = await run({ ...parameters, operation: 'sign' }, String(pem.private));
    const check = (value: string) =>
      run({ ...parameters, operation: 'verify', value, signature: String(data) }, String(pem.public));
    expect((await check('text')).data).toBe(true);
    expect((await check('other')).data).toBe(false);
  });

  it('says what is wrong with a key without telling it', async () => {
    const { error } = await run({ operation: 'sign', value: 'x' }, 'my-secret');
    expect(error?.code).toBe('crypto.key');
    expect(JSON.stringify(error)).not.toContain('my-secret');
    expect((await run({ operation: 'hmac', value: 'x' })).error).toMatchObject({
      code: 'crypto.key',
      message: 'The node needs a generic credential with the field "key".',
    });
  });

  it('does not call a signature wrong that it had no key for', async () => {
    const parameters = { operation: 'verifyHmac', value: 'x', signature: 'no hex' };
    const { error } = await runNode({ type: 'data.crypto', parameters });
    expect(error?.message).toContain('needs a generic credential');
  });

  it('makes UUIDs and random values that differ', async () => {
    const uuids = await runNode({ type: 'data.crypto', parameters: { operation: 'uuid' }, given: [{}, {}] });
    const [one, other] = (uuids.outputs.main ?? []).map(({ data }) => data);
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(one).not.toBe(other);
    expect((await run({ operation: 'random', bytes: 100 })).data).toMatch(/^[0-9a-f]{200}$/);
  });

  it('asks for what an operation needs', () => {
    expect(checkNode('data.crypto', { operation: 'verify' }).map(({ pointer }) => pointer)).toEqual([
      '/value',
      '/signature',
    ]);
    expect(checkNode('data.crypto', { operation: 'uuid' })).toEqual([]);
  });
});
