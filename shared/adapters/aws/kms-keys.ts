import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { KeyService } from '../../credentials/key-service.ts';
import { ask } from './refusal.ts';

export const openKmsKeys = (keyArn: string): KeyService => kmsKeys(new KMSClient(), keyArn);

/** Wraps data keys with a key that never leaves KMS. The context is in CloudTrail, in clear. */
export const kmsKeys = (client: KMSClient, KeyId: string): KeyService => ({
  generateDataKey: async (context) => {
    const command = new GenerateDataKeyCommand({
      KeyId,
      KeySpec: 'AES_256',
      EncryptionContext: { ...context },
    });
    const { Plaintext, CiphertextBlob } = await ask('KMS', () => client.send(command));
    return { plaintext: keyOf(Plaintext), encrypted: keyOf(CiphertextBlob) };
  },
  decrypt: async (encrypted, context) => {
    // Naming the key refuses what any other key of the account has wrapped.
    const command = new DecryptCommand({
      KeyId,
      CiphertextBlob: encrypted,
      EncryptionContext: { ...context },
    });
    const { Plaintext } = await ask('KMS', () => client.send(command));
    return keyOf(Plaintext);
  },
});

const keyOf = (bytes: Uint8Array | undefined): Uint8Array => {
  if (bytes) return bytes;
  throw new Error('KMS answered without a key.');
};
