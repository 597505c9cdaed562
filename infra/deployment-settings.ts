import { z } from 'zod';

const origin = z
  .url()
  .refine(
    (url) => new URL(url).origin === url,
    'must be an origin like https://app.example.com, without a path',
  );
const domainName = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain name in lower case');

/**
 * All that a deployment may decide, with what holds when it says nothing. Given under `stepwell` in the context of
 * cdk.json, or one by one: `npx cdk deploy --all -c stepwell.stage=test`.
 */
const settingsSchema = z.strictObject({
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be 1 to 20 lower-case letters, digits and dashes')
    .default('main')
    .describe('Tells several deployments in one account and region apart.'),
  retentionDays: z
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe('Days a finished execution, its log and its data are kept.'),
  logDays: z
    .literal([1, 3, 5, 7, 14, 30, 60, 90, 180, 365])
    .default(30)
    .describe('Days the logs of the functions and of the APIs are kept.'),
  allowedOrigins: z
    .array(origin)
    .default([])
    .describe('Origins of web pages that may call the API from a browser. None: no page may.'),
  apiRequestsPerSecond: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('What the API takes before it answers 429. Bursts of twice that are let through.'),
  hookRequestsPerSecond: z
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .describe('The same for webhooks and resume links, which have an API of their own.'),
  domain: z
    .strictObject({
      api: domainName.describe('Name of the API.'),
      hooks: domainName.describe(
        'Name of the webhooks; must not be the same, as their answers are strangers.',
      ),
      certificateArn: z
        .string()
        .startsWith('arn:')
        .describe('A certificate of ACM, in the region of the deployment, for both names.'),
    })
    .refine(({ api, hooks }) => api !== hooks, 'api and hooks must be two names')
    .optional()
    .describe('Names of your own instead of those that API Gateway gives.'),
  bedrockModels: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Ids of the Bedrock models and inference profiles that workflows and suggestions may use. None: none.',
    ),
  awsNodeActions: z
    .array(z.string().regex(/^[a-z0-9-]+:[A-Za-z*]+$/, 'must be an action like s3:GetObject'))
    .default([])
    .describe(
      'What AWS nodes without a credential of their own may do in this account, never to what Stepwell stands on. None: nothing.',
    ),
  awsRoles: z
    .array(
      z
        .string()
        .regex(
          /^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/*-]+$/,
          'must be the ARN of a role; * stands for any characters',
        ),
    )
    .default([])
    .describe(
      'Roles that credentials may name for AWS nodes to take on, always with the id of the credential’s owner as external id. None: no role, only keys.',
    ),
  restoredTable: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{3,255}$/, 'must be the name of a table')
    .optional()
    .describe('A table restored from a backup, to be used instead of the one that the data stack made.'),
  alarmMail: z.email().optional().describe('Where alarms are sent. Without it they only show in CloudWatch.'),
  alarms: z.boolean().default(true).describe('Whether there are alarms and a dashboard.'),
  tracing: z.boolean().default(true).describe('Whether functions and state machines send traces to X-Ray.'),
});

export type DeploymentSettings = z.output<typeof settingsSchema>;

/** Reads them from what the context holds. Throws one message that names everything wrong. */
export const readDeploymentSettings = (context: (key: string) => unknown): DeploymentSettings => {
  const names = Object.keys(settingsSchema.shape);
  const given = Object.fromEntries(
    names.flatMap((name) => {
      const value = context(`stepwell.${name}`);
      return value === undefined ? [] : [[name, typeof value === 'string' ? fromText(value) : value]];
    }),
  );
  const result = settingsSchema.safeParse({ ...asObject(context('stepwell')), ...given });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `  stepwell.${path.join('.')}: ${message}`);
  throw new Error(`The settings of this deployment are not right:\n${problems.join('\n')}`);
};

const asObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/** What comes from the command line is text; numbers, booleans and lists are written as JSON. */
const fromText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
