import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import { defineAwsNode, missing } from './aws-node.ts';
import { fieldPath, withField } from './field-path.ts';

export const awsSecretsManager = defineAwsNode({
  type: 'aws.secretsManager',
  name: 'AWS Secrets Manager',
  description:
    'Reads a secret into a field. The value is then data like any other and stands in the log; for calls, a credential is safer. Needs the permission secretsmanager:GetSecretValue.',
  icon: 'lock',
  service: 'secretsmanager',
  shape: {
    secretId: z.string().max(2_048).default('').meta({ title: 'Secret', description: 'Its name or ARN.' }),
    version: z.string().max(256).default('AWSCURRENT').meta({
      title: 'Version stage',
      description: 'AWSCURRENT is the newest, AWSPREVIOUS the one before it.',
    }),
    parse: z
      .boolean()
      .default(true)
      .meta({ title: 'Parse', description: 'Makes an object of a secret that is JSON.' }),
    destination: fieldPath
      .default('secret')
      .meta({ title: 'Destination', description: 'The field the value goes to.' }),
  },
  effect: () => 'read',
  check: (written) => missing(written, 'secretId'),
  example: {
    parameters: { secretId: 'shop/signing' },
    input: [{ json: { id: 7 } }],
    output: { main: [{ json: { id: 7, secret: { key: '…' } } }] },
  },
  perform: async ({ secretId, version, parse, destination }, { send, item }) => {
    const { SecretString } = await send('GetSecretValue', { SecretId: secretId, VersionStage: version });
    if (typeof SecretString !== 'string')
      throw new NodeError('aws.binarySecret', `Secret ${secretId} is binary; only texts can be read.`);
    const value = parse ? parsed(SecretString) : SecretString;
    return [{ ...item, json: withField(item.json, destination, value) }];
  },
});

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};
