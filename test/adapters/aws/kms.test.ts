import { generateKeyPairSync, sign, verify } from 'node:crypto';
import {
  DecryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
} from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { joseSignature } from '../../../shared/adapters/aws/jose-signature.ts';
import { kmsKeys } from '../../../shared/adapters/aws/kms-keys.ts';
import { kmsSigner } from '../../../shared/adapters/aws/kms-signer.ts';
import { accessTokenVerifier, issueAccessToken } from '../../../shared/auth/access-token.ts';
import { makeVault } from '../../../shared/credentials/vault.ts';
import { awsError } from './aws-error.ts';

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1';
const kms = mockClient(KMSClient);
beforeEach(() => kms.reset());

const client = new KMSClient({ region: 'eu-west-1' });
const context = { credentialId: 'cred_1', ownerId: 'usr_1' };

describe('a key in KMS that wraps data keys', () => {
  it('makes one of 256 bits for a context, and unwraps it for the same', async () => {
    const [plaintext, encrypted] = [Buffer.alloc(32, 1), Buffer.from('wrapped')];
    kms.on(GenerateDataKeyCommand).resolves({ Plaintext: plaintext, CiphertextBlob: encrypted });
    kms.on(DecryptCommand).resolves({ Plaintext: plaintext });
    const keys = kmsKeys(client, KEY);

    expect(await keys.generateDataKey(context)).toEqual({ plaintext, encrypted });
    expect(await keys.decrypt(encrypted, context)).toEqual(plaintext);

    expect(kms.calls().map((call) => call.args[0].input)).toEqual([
      { KeyId: KEY, KeySpec: 'AES_256', EncryptionContext: context },
      { KeyId: KEY, CiphertextBlob: encrypted, EncryptionContext: context },
    ]);
  });

  it.each(['ThrottlingException', 'KMSInternalException', 'DependencyTimeoutException'])(
    'that does not answer may answer later: %s',
    async (name) => {
      kms.on(DecryptCommand).rejects(awsError(name));

      await expect(kmsKeys(client, KEY).decrypt(Buffer.from('wrapped'), context)).rejects.toMatchObject({
        code: 'service.unavailable',
        retryAfter: 1,
      });
    },
  );

  it.each([
    'InvalidCiphertextException',
    'IncorrectKeyException',
    'DisabledException',
    'AccessDeniedException',
  ])('that refuses will refuse again: %s', async (name) => {
    kms.on(DecryptCommand).rejects(awsError(name));

    await expect(kmsKeys(client, KEY).decrypt(Buffer.from('other'), context)).rejects.toMatchObject({ name });
  });
});

describe('a secret while KMS is away', () => {
  const now = { value: 0 };
  const aVault = () => makeVault({ keys: kmsKeys(client, KEY), now: () => now.value, log: () => undefined });
  beforeEach(() => {
    now.value = 0;
    kms.on(GenerateDataKeyCommand).callsFake(() => ({
      Plaintext: Buffer.alloc(32, 7),
      CiphertextBlob: Buffer.from('wrapped'),
    }));
    kms.on(DecryptCommand).callsFake(() => ({ Plaintext: Buffer.alloc(32, 7) }));
  });

  it('opens as long as its key is kept, and asks KMS once', async () => {
    const vault = aVault();
    const sealed = await vault.seal({ token: 's3cret' }, context);
    await vault.open(sealed, context);
    kms.on(DecryptCommand).rejects(awsError('KMSInternalException', 500));

    now.value = 4 * 60_000;
    expect(await vault.open(sealed, context)).toEqual({ token: 's3cret' });
    expect(kms.commandCalls(DecryptCommand)).toHaveLength(1);
  });

  it('that is longer away than that is told from a damaged secret: it can be tried again', async () => {
    const vault = aVault();
    const sealed = await vault.seal({ token: 's3cret' }, context);
    await vault.open(sealed, context);
    kms.on(DecryptCommand).rejects(awsError('KMSInternalException', 500));

    now.value = 6 * 60_000;
    await expect(vault.open(sealed, context)).rejects.toMatchObject({ code: 'service.unavailable' });
    kms.on(DecryptCommand).callsFake(() => ({ Plaintext: Buffer.alloc(32, 7) }));
    expect(await vault.open(sealed, context)).toEqual({ token: 's3cret' });
  });

  it('is not opened for another context by a key that is kept', async () => {
    const vault = aVault();
    const sealed = await vault.seal({ token: 's3cret' }, context);
    await vault.open(sealed, context);

    await expect(vault.open(sealed, { ...context, ownerId: 'usr_2' })).rejects.toMatchObject({
      code: 'credential.unreadable',
    });
    expect(kms.commandCalls(DecryptCommand)).toHaveLength(2);
  });
});

describe('a key in KMS that signs', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const asKms = () => {
    kms.on(GetPublicKeyCommand).resolves({ PublicKey: publicKey.export({ type: 'spki', format: 'der' }) });
    // What KMS does with a digest is what signing the message does here.
    kms.on(SignCommand).callsFake(({ Message }) => {
      digests.push(Buffer.from(Message).toString('hex'));
      return { Signature: sign('sha256', Buffer.from('a message'), privateKey) };
    });
  };
  let digests: string[];
  beforeEach(() => {
    digests = [];
  });

  it('is sent the SHA-256 of the message, and answers as JWS wants it', async () => {
    asKms();

    const signature = await kmsSigner(client, KEY).sign(Buffer.from('a message'));

    expect(kms.commandCalls(SignCommand)[0]?.args[0].input).toMatchObject({
      KeyId: KEY,
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    });
    expect(digests).toEqual(['f53c09ca39717a45c62d9aca8f8113eddbfd5f81dcab0b33b1c1834075225e68']);
    expect(
      verify('sha256', Buffer.from('a message'), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature),
    ).toBe(true);
  });

  it('makes tokens that are verified by its public half, which is fetched once', async () => {
    kms.on(GetPublicKeyCommand).resolves({ PublicKey: publicKey.export({ type: 'spki', format: 'der' }) });
    const signer = {
      ...kmsSigner(client, KEY),
      sign: async (input: Uint8Array) => joseSignature(sign('sha256', input, privateKey)),
    };
    const claims = { userId: 'usr_1', stamp: 'stamp', sessionId: 'ses_1' };

    const token = await issueAccessToken(signer, claims, 1_000);
    expect(await accessTokenVerifier(signer)(token, 2_000)).toEqual(claims);
    await issueAccessToken(signer, claims, 1_000);

    expect(kms.commandCalls(GetPublicKeyCommand)).toHaveLength(1);
  });

  it('that could not be fetched is asked for again', async () => {
    kms.on(GetPublicKeyCommand).rejectsOnce(awsError('ThrottlingException'));
    const signer = kmsSigner(client, KEY);

    await expect(signer.publicJwk()).rejects.toMatchObject({ code: 'service.unavailable' });
    asKms();
    expect(await signer.publicJwk()).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
  });
});

describe('a signature in DER', () => {
  it('keeps its value whatever zeros lead it', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (let each = 0; each < 600; each += 1) {
      const text = Buffer.from(`message ${each}`);
      const signature = joseSignature(sign('sha256', text, privateKey));

      expect(signature).toHaveLength(64);
      expect(verify('sha256', text, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    }
  });

  it.each([
    ['nothing', []],
    ['something else', [0x02, 0x01, 0x05]],
    ['one integer', [0x30, 0x03, 0x02, 0x01, 0x05]],
    ['an integer cut short', [0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x04, 0x05]],
    ['an integer that is too long', [0x30, 0x26, 0x02, 0x21, ...Array(33).fill(5), 0x02, 0x01, 0x05]],
  ])('that is %s is refused', (_, bytes) => {
    expect(() => joseSignature(Uint8Array.from(bytes))).toThrow('Expected an ECDSA signature in DER');
  });
});
