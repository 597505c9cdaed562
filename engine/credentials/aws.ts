import { z } from 'zod';
import { defineCredentialType, secretText } from './define-credential-type.ts';

export const aws = defineCredentialType({
  type: 'aws',
  name: 'AWS',
  description: 'Access keys, or a role that is assumed with the id of its owner as external id.',
  fields: z
    .strictObject({
      region: z
        .string()
        .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region like eu-central-1')
        .default('us-east-1')
        .meta({ title: 'Region' }),
      accessKeyId: z
        .string()
        .regex(/^[A-Z0-9]{16,128}$/, 'must be an access key id')
        .optional()
        .meta({ title: 'Access key id' }),
      secretAccessKey: secretText('Secret access key', 256).optional(),
      sessionToken: secretText('Session token').optional(),
      roleArn: z
        .string()
        .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'must be the ARN of a role')
        .optional()
        .meta({
          title: 'Role',
          description: 'Its trust policy must ask for sts:ExternalId with the id of your account here.',
        }),
    })
    .refine((data) => (data.accessKeyId === undefined) === (data.secretAccessKey === undefined), {
      path: ['secretAccessKey'],
      message: 'goes together with accessKeyId',
    })
    .refine((data) => data.accessKeyId !== undefined || data.roleArn !== undefined, {
      path: ['roleArn'],
      message: 'is needed when there are no access keys',
    }),
  speaks: 'aws',
  secrets: ['secretAccessKey', 'sessionToken'],
  hosts: ({ region }) => [region.startsWith('cn-') ? '*.amazonaws.com.cn' : '*.amazonaws.com'],
});
