import { createHash, randomBytes } from 'node:crypto';
import { keyFile } from '../adapters/key-file.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import { contextBytes, type KeyService } from './key-service.ts';

const KEY_BYTES = 32;
const KEY_ID_BYTES = 8;

/** Wraps data keys with a key from a file. A wrapped key says by which one it was wrapped, so that a lost file is told from tampering. */
export const keyFileService = (path: string): KeyService => {
  const key = Buffer.from(
    keyFile(path, () => randomBytes(KEY_BYTES).toString('base64url')),
    'base64url',
  );
  if (key.length !== KEY_BYTES) throw new Error(`${path} holds no key of ${KEY_BYTES} bytes.`);
  const keyId = createHash('sha256').update(key).digest().subarray(0, KEY_ID_BYTES);
  return {
    generateDataKey: async (context) => {
      const plaintext = randomBytes(KEY_BYTES);
      const wrapped = encrypt(key, plaintext, contextBytes(context));
      return { plaintext, encrypted: Buffer.concat([keyId, wrapped]) };
    },
    decrypt: async (encrypted, context) => {
      const bytes = Buffer.from(encrypted);
      if (!bytes.subarray(0, KEY_ID_BYTES).equals(keyId))
        throw new Error(`The data key was wrapped by another key than that of ${path}.`);
      return decrypt(key, bytes.subarray(KEY_ID_BYTES), contextBytes(context));
    },
  };
};
