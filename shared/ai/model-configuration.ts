import { z } from 'zod';
import { idSchema } from '../ids.ts';

const price = (what: string) =>
  z.number().min(0).max(10_000).optional().describe(`US$ ${what}. Without prices no budget can be kept.`);

/** The configuration of an AI model: where it is called, as whom, and what it costs. */
export const modelConfiguration = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional()
    .describe('Of an openai-compatible server, up to and including the version: https://api.example.com/v1.'),
  credentialId: idSchema('cred')
    .optional()
    .describe(
      'A credential of the admin who sets it: a bearer token or key, or for bedrock an AWS one. Used for everybody.',
    ),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-central-1')
    .optional()
    .describe('Of a bedrock model; the deployment’s when left out.'),
  inputPricePerMillion: price('for a million input tokens'),
  outputPricePerMillion: price('for a million output tokens'),
  cachedPricePerMillion: price('for a million input tokens that were cached'),
  pricePerImage: price('for an image'),
  maxOutputTokens: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(4_096)
    .describe('More are not asked for in one answer.'),
  timeoutSeconds: z.number().positive().max(600).default(120),
});

export type ModelConfiguration = z.output<typeof modelConfiguration>;
