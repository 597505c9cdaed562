import { z } from 'zod';
import { decode, ENCODINGS, encode, HASHES, hash, hmac, sameBytes } from '../digest.ts';
import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import type { Random } from '../ports.ts';
import { defineNode } from './define-node.ts';
import { fieldPath, withField } from './field-path.ts';
import { SIGNATURES, sign, verify } from './signatures.ts';

const parameters = z.strictObject({
  operation: z.enum(['hash', 'hmac', 'verifyHmac', 'sign', 'verify', 'uuid', 'random']).default('hash').meta({
    title: 'Operation',
    description:
      'A digest, a signature by a shared key or by a pair of keys, the check of one, or something random.',
  }),
  value: z
    .json()
    .optional()
    .meta({
      title: 'Value',
      description: 'A text; anything else is taken as its JSON.',
      examples: ['{{ $json.body }}'],
    }),
  hash: z
    .enum(HASHES)
    .default('sha256')
    .meta({ title: 'Hash function', description: 'For digests, and for signatures by a shared key.' }),
  algorithm: z.enum(SIGNATURES).default('RS256').meta({
    title: 'Signature algorithm',
    description: 'As JSON Web Algorithms name it: RSA, RSA-PSS, ECDSA or Ed25519.',
  }),
  encoding: z.enum(ENCODINGS).default('hex').meta({
    title: 'Encoding',
    description: 'How the result, or the signature to check, is written.',
  }),
  signature: z
    .string()
    .max(10_000)
    .optional()
    .meta({
      title: 'Signature',
      description: 'What is to be checked.',
      examples: ['{{ $json.headers.`x-signature` }}'],
    }),
  keyField: z.string().min(1).max(64).default('key').meta({
    title: 'Key field',
    description:
      'The field of the generic credential that holds the key: any text for HMAC; PEM (PKCS #8, or SPKI to check) for signatures.',
  }),
  bytes: z
    .int()
    .min(1)
    .max(1_024)
    .default(16)
    .meta({ title: 'Bytes', description: 'Length of a random value.' }),
  destination: fieldPath
    .default('data')
    .meta({ title: 'Destination', description: 'The field the result goes to.' }),
});

type Given = z.output<typeof parameters>;

interface Work {
  readonly given: Given;
  readonly text: string;
  readonly key: () => Promise<string>;
  readonly random: Random;
}

/** What each operation gives; a new one is a new line. */
const OPERATIONS: Readonly<Record<Given['operation'], (work: Work) => Promise<Json>>> = {
  hash: async ({ given, text }) => encode(await hash(given.hash, text), given.encoding),
  hmac: async ({ given, text, key }) => encode(await hmac(given.hash, await key(), text), given.encoding),
  verifyHmac: async ({ given, text, key }) => {
    const expected = await hmac(given.hash, await key(), text);
    const signature = decode(given.signature ?? '', given.encoding);
    return signature !== null && sameBytes(expected, signature);
  },
  sign: async ({ given, text, key }) =>
    encode(await sign(given.algorithm, await key(), text), given.encoding),
  verify: async ({ given, text, key }) => {
    const signature = decode(given.signature ?? '', given.encoding);
    return signature !== null && verify(given.algorithm, await key(), text, signature);
  },
  uuid: async ({ random }) => uuidOf(await randomBytes(random, 16)),
  random: async ({ given, random }) => encode(await randomBytes(random, given.bytes), given.encoding),
};

/** Drawn out of unguessable ids, 32 bytes from each. */
const randomBytes = async (random: Random, length: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 32)
    bytes.set((await hash('sha256', random.id())).subarray(0, length - at), at);
  return bytes;
};

/** RFC 9562 §5.4: version 4. */
const uuidOf = (bytes: Uint8Array): string => {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return encode(bytes, 'hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

const NEEDS: Readonly<Record<string, readonly ('value' | 'signature')[]>> = {
  hash: ['value'],
  hmac: ['value'],
  verifyHmac: ['value', 'signature'],
  sign: ['value'],
  verify: ['value', 'signature'],
};

export const dataCrypto = defineNode({
  type: 'data.crypto',
  name: 'Crypto',
  description: 'Hashes, signs and checks texts; makes UUIDs and random values.',
  category: 'Data',
  icon: 'key',
  mode: 'perItem',
  effect: ({ operation }) => (['uuid', 'random', 'sign'].includes(operation) ? 'read' : 'pure'),
  credentialTypes: ['generic'],
  parameters,
  check: (written) =>
    (NEEDS[String(written.operation ?? 'hash')] ?? [])
      .filter((name) => written[name] === undefined)
      .map((name) => ({ pointer: `/${name}`, message: 'is needed for this operation' })),
  example: {
    parameters: { value: '{{ $json.mail }}', hash: 'md5', destination: 'avatar' },
    input: [{ json: { mail: 'z@example.com' } }],
    output: { main: [{ json: { mail: 'z@example.com', avatar: '2dd8c9a92e026d6b13c5d625bb90b192' } }] },
  },
  execute: async ({ parameters: given, items: [item = { json: {} }], credential, ports }) => {
    const key = async (): Promise<string> => {
      const data = (await credential())?.data ?? {};
      const found = Object.hasOwn(data, given.keyField) ? data[given.keyField] : undefined;
      if (typeof found === 'string') return found;
      const message = `The node needs a generic credential with the field "${given.keyField}".`;
      throw new NodeError('crypto.key', message);
    };
    const { value = '' } = given;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const result = await OPERATIONS[given.operation]({ given, text, key, random: ports.random });
    return { outputs: { main: [{ ...item, json: withField(item.json, given.destination, result) }] } };
  },
});
