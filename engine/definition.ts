import { z } from 'zod';

/** What a definition may hold; larger ones are parted into sub-workflows. A node’s timeout stays below Lambda’s 15 minutes. */
export const LIMITS = {
  definitionBytes: 1024 * 1024,
  nodes: 500,
  edges: 2_000,
  depth: 64,
  nodeRuns: 100_000,
  nodeTimeoutSeconds: 840,
  executionTimeoutSeconds: 86_400,
  lifetimeSeconds: 365 * 86_400,
} as const;

const nodeId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"');
const portName = z.string().min(1).max(64);

const retrySchema = z.strictObject({
  maxAttempts: z.int().min(1).max(20).default(3).describe('Attempts in all, the first one included.'),
  initialDelaySeconds: z
    .number()
    .min(0)
    .max(3_600)
    .default(1)
    .describe('Before the second attempt. An answer that says when to come back goes before it.'),
  backoffRate: z
    .number()
    .min(1)
    .max(10)
    .default(2)
    .describe('By how much each delay is longer than the one before.'),
  maxDelaySeconds: z.number().min(0).max(86_400).default(30).describe('No delay is longer.'),
  jitter: z
    .boolean()
    .default(true)
    .describe('Whether delays are varied at random, so that not all come back at once.'),
});

const itemSchema = z.strictObject({ json: z.record(z.string(), z.json()).describe('The data of the item.') });

const nodeSchema = z.strictObject({
  id: nodeId.describe('What edges name it by; it stays when the node gets another name.'),
  name: z
    .string()
    .min(1)
    .max(128)
    .describe('What people and `$node("…")` call it: no other node has the same.'),
  type: z.string().min(1).max(128).describe('Of the catalogue, `GET /nodes`: `http.request`.'),
  typeVersion: z.int().min(1).optional().describe('Of the type; the newest when it is saved without.'),
  parameters: z
    .record(z.string(), z.json())
    .default({})
    .describe('As the type wants them. Texts may hold expressions, `{{ … }}`.'),
  credentialId: z.string().max(128).optional().describe('Whose secrets the node sends along.'),
  position: z
    .strictObject({ x: z.number().describe('To the right.'), y: z.number().describe('Downwards.') })
    .optional()
    .describe('Where it is drawn; means nothing to an execution.'),
  disabled: z.boolean().optional().describe('Passes its items on as they are; a trigger starts nothing.'),
  notes: z.string().max(10_000).optional().describe('For people.'),
  onError: z
    .enum(['stop', 'continue', 'branch'])
    .default('stop')
    .describe(
      'When its attempts are used up: `stop` fails the execution; `continue` goes on with the items, the error in their field `error`; `branch` sends those by the port `error`.',
    ),
  onInterrupted: z
    .enum(['repeat', 'fail'])
    .default('repeat')
    .describe(
      'When the process died while it acted, so that nobody knows whether it has: `repeat` calls again with the same Idempotency-Key.',
    ),
  retry: retrySchema
    .optional()
    .describe(
      'More attempts after an error that may pass (a timeout, an answer of 429 or 5xx), before `onError` counts. One attempt without it.',
    ),
  timeoutSeconds: z
    .number()
    .positive()
    .max(LIMITS.nodeTimeoutSeconds)
    .optional()
    .describe('For one attempt; 60 when left out. Waiting does not count.'),
  pinnedItems: z
    .array(itemSchema)
    .max(1_000)
    .optional()
    .describe('What a test takes in place of running the node. Published executions do not look at it.'),
  redact: z
    .array(z.string().min(1).max(256))
    .max(100)
    .optional()
    .describe('Paths of fields that logs do not show: `card.number`, `headers.*`, or `*` for all.'),
});

const edgeSchema = z.strictObject({
  source: nodeId.describe('The id of the node whose items go on.'),
  sourcePort: portName.default('main').describe('The output they leave by.'),
  target: nodeId.describe('The id of the node they come to.'),
  targetPort: portName.default('main').describe('The input they come in by.'),
});

const settingsSchema = z.strictObject({
  timeoutSeconds: z
    .int()
    .min(1)
    .max(LIMITS.executionTimeoutSeconds)
    .default(3_600)
    .describe('How long an execution may work. Waiting does not count.'),
  maxLifetimeSeconds: z
    .int()
    .min(1)
    .max(LIMITS.lifetimeSeconds)
    .default(30 * 86_400)
    .describe('How long an execution may live, its waits included.'),
  maxNodeRuns: z
    .int()
    .min(1)
    .max(LIMITS.nodeRuns)
    .default(10_000)
    .describe('How often one node may run in an execution.'),
  errorWorkflowId: z
    .string()
    .nullable()
    .default(null)
    .describe('A workflow of yours with a `trigger.error`, which is started when an execution has failed.'),
  concurrency: z
    .int()
    .min(1)
    .max(1_000)
    .nullable()
    .default(null)
    .describe(
      'How many executions run at once; further ones wait for their turn. Tests and sub-workflows are not counted. No limit when null.',
    ),
  timezone: z
    .string()
    .max(64)
    .default('UTC')
    .describe('The IANA zone of `$today` and of functions of dates that are given none.'),
  aiBudgetUsd: z
    .number()
    .min(0)
    .max(100_000)
    .nullable()
    .optional()
    .describe('US$ that models may cost in one execution.'),
  aiMonthlyBudgetUsd: z
    .number()
    .min(0)
    .max(1_000_000)
    .nullable()
    .optional()
    .describe('US$ that models may cost in all executions of a calendar month (UTC).'),
  saveData: z
    .enum(['all', 'errors', 'none'])
    .default('all')
    .describe(
      'Whose items, log and files are kept after the end: of all executions, of those that failed, of none. Tests are kept.',
    ),
  expressionVersion: z.literal(1).default(1).describe('Of the language of expressions.'),
});

/** The JSON graph of a workflow. Its shape only: `validateDefinition` says whether it makes sense. */
export const definitionSchema = z.strictObject({
  nodes: z.array(nodeSchema).max(LIMITS.nodes).describe('The steps, triggers among them.'),
  edges: z.array(edgeSchema).max(LIMITS.edges).default([]).describe('Which way items go.'),
  settings: settingsSchema.prefault({}).describe('Of the workflow as a whole.'),
});

export type Definition = z.output<typeof definitionSchema>;
export type DefinitionInput = z.input<typeof definitionSchema>;
export type DefinitionNode = Definition['nodes'][number];
export type Edge = Definition['edges'][number];
export type RetryPolicy = z.output<typeof retrySchema>;
