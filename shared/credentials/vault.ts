import { z } from 'zod';
import { AppError } from '../errors.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import { makeDataKeyCache } from './data-key-cache.ts';
import { contextBytes, type EncryptionContext, type KeyService } from './key-service.ts';

/**
 * Turns what must be kept secret into text and back. Each text has a data key of its own, which it carries wrapped by the key
 * service; text and key are bound to the context, so that neither opens in the place of another.
 */
export interface Vault {
  seal(value: unknown, context: EncryptionContext): Promise<string>;
  /** Throws `credential.unreadable` for whatever was not sealed here for this context, and for what was changed since. */
  open(sealed: string, context: EncryptionContext): Promise<unknown>;
}

interface VaultOptions {
  readonly keys: KeyService;
  readonly now: () => number;
  readonly log: (entry: object) => void;
}

const sealedSchema = z.strictObject({ v: z.literal(1), key: z.base64(), text: z.base64() });

export const makeVault = ({ keys, now, log }: VaultOptions): Vault => {
  const dataKey = makeDataKeyCache(keys, now);
  return {
    seal: async (value, context) => {
      const { plaintext, encrypted } = await keys.generateDataKey(context);
      const text = encrypt(plaintext, Buffer.from(JSON.stringify(value)), contextBytes(context));
      plaintext.fill(0);
      return JSON.stringify({
        v: 1,
        key: Buffer.from(encrypted).toString('base64'),
        text: text.toString('base64'),
      });
    },
    open: async (sealed, context) => {
      try {
        const { key, text } = sealedSchema.parse(JSON.parse(sealed));
        const plain = await dataKey(Buffer.from(key, 'base64'), context);
        return JSON.parse(decrypt(plain, Buffer.from(text, 'base64'), contextBytes(context)).toString());
      } catch (cause) {
        log({ level: 'error', message: 'vault refused', context, error: String(cause) });
        // A key service that is away says nothing of the secret.
        if (cause instanceof AppError) throw cause;
        // Whatever is wrong, one answer: it tells nothing of how near somebody came.
        throw new AppError('credential.unreadable', 'The secret cannot be decrypted. Enter it again.');
      }
    },
  };
};
