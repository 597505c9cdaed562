import { createHash, createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { keyThumbprint } from '../../auth/key-thumbprint.ts';
import type { TokenSigner } from '../../auth/token-signer.ts';
import { joseSignature } from './jose-signature.ts';
import { ask } from './refusal.ts';

export const openKmsSigner = (keyArn: string): TokenSigner => kmsSigner(new KMSClient(), keyArn);

/** Signs with a P-256 key that never leaves KMS. Its public half is fetched once per process. */
export const kmsSigner = (client: KMSClient, KeyId: string): TokenSigner => {
  let fetched: ReturnType<TokenSigner['publicJwk']> | undefined;
  const fetchKey: TokenSigner['publicJwk'] = async () => {
    const { PublicKey } = await ask('KMS', () => client.send(new GetPublicKeyCommand({ KeyId })));
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
    const jwk = key.export({ format: 'jwk' });
    return { ...jwk, kty: 'EC', kid: keyThumbprint(jwk), alg: 'ES256', use: 'sig' };
  };
  return {
    sign: async (input) => {
      // The digest, as KMS takes messages of up to 4 KB only.
      const Message = createHash('sha256').update(input).digest();
      const command = new SignCommand({
        KeyId,
        Message,
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      });
      const { Signature } = await ask('KMS', () => client.send(command));
      return joseSignature(Signature ?? new Uint8Array());
    },
    publicJwk: () => {
      fetched ??= fetchKey().catch((error: unknown) => {
        fetched = undefined;
        throw error;
      });
      return fetched;
    },
  };
};
