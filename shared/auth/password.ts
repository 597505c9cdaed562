import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. `memory` is in KiB. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

interface Encoded {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

const derive = promisify(argon2);

/** The PHC string of a password: says how it was made, so that the parameters may change. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(SALT_BYTES);
  return encode({ ...PARAMETERS, salt, tag: await tagOf(password, { ...PARAMETERS, salt }) });
};

/** Whether it is the password, and whether its hash should be made anew with today's parameters. */
export const verifyPassword = async (
  password: string,
  encoded: string,
): Promise<{ readonly matches: boolean; readonly outdated: boolean }> => {
  const kept = decode(encoded);
  const tag = await tagOf(password, kept);
  const outdated =
    kept.memory !== PARAMETERS.memory ||
    kept.passes !== PARAMETERS.passes ||
    kept.parallelism !== PARAMETERS.parallelism;
  return { matches: timingSafeEqual(tag, kept.tag), outdated };
};

const encode = ({ memory, passes, parallelism, salt, tag }: Encoded): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;

const decode = (encoded: string): Encoded => {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/-]+)\$([\w+/-]+)$/.exec(encoded);
  const [, memory, passes, parallelism, salt = '', tag = ''] = parts ?? [];
  if (!parts) throw new Error('A stored password hash is not an argon2id PHC string.');
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
};

const tagOf = (
  password: string,
  { memory, passes, parallelism, salt }: Omit<Encoded, 'tag'>,
): Promise<Buffer> =>
  derive('argon2id', {
    // The same letters typed on another keyboard may come composed otherwise.
    message: Buffer.from(password.normalize('NFKC')),
    nonce: salt,
    memory,
    passes,
    parallelism,
    tagLength: TAG_BYTES,
  });

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** What the password of an unknown user is compared with, so that it takes as long: nothing hashes to it. */
export const NOBODYS_HASH = encode({
  ...PARAMETERS,
  salt: Buffer.alloc(SALT_BYTES, 0x5a),
  tag: Buffer.alloc(TAG_BYTES, 0xa5),
});
