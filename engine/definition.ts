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
  initialDelaySeconds: z.number().min(0).max(3_600).default(1),
  backoffRate: z.number().min(1).max(10).default(2),
  maxDelaySeconds: z.number().min(0).max(86_400).default(30),
  jitter: z.boolean().default(true),
});

const itemSchema = z.strictObject({ json: z.record(z.string(), z.json()) });

const nodeSchema = z.strictObject({
  id: nodeId,
  name: z.string().min(1).max(128),
  type: z.string().min(1).max(128),
  typeVersion: z.int().min(1).optional(),
  parameters: z.record(z.string(), z.json()).default({}),
  credentialId: z.string().max(128).optional(),
  position: z.strictObject({ x: z.number(), y: z.number() }).optional(),
  disabled: z.boolean().optional(),
  notes: z.string().max(10_000).optional(),
  onError: z.enum(['stop', 'continue', 'branch']).default('stop'),
  onInterrupted: z.enum(['repeat', 'fail']).default('repeat'),
  retry: retrySchema.optional(),
  timeoutSeconds: z.number().positive().max(LIMITS.nodeTimeoutSeconds).optional(),
  pinnedItems: z.array(itemSchema).max(1_000).optional(),
  redact: z
    .array(z.string().min(1).max(256))
    .max(100)
    .optional()
    .describe('Paths of fields that logs do not show: `card.number`, `headers.*`, or `*` for all.'),
});

const edgeSchema = z.strictObject({
  source: nodeId,
  sourcePort: portName.default('main'),
  target: nodeId,
  targetPort: portName.default('main'),
});

const settingsSchema = z.strictObject({
  timeoutSeconds: z.int().min(1).max(LIMITS.executionTimeoutSeconds).default(3_600),
  maxLifetimeSeconds: z
    .int()
    .min(1)
    .max(LIMITS.lifetimeSeconds)
    .default(30 * 86_400),
  maxNodeRuns: z.int().min(1).max(LIMITS.nodeRuns).default(10_000),
  errorWorkflowId: z.string().nullable().default(null),
  concurrency: z.int().min(1).max(1_000).nullable().default(null),
  timezone: z.string().max(64).default('UTC'),
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
  saveData: z.enum(['all', 'errors', 'none']).default('all'),
  expressionVersion: z.literal(1).default(1),
});

/** The JSON graph of a workflow. Its shape only: `validateDefinition` says whether it makes sense. */
export const definitionSchema = z.strictObject({
  nodes: z.array(nodeSchema).max(LIMITS.nodes),
  edges: z.array(edgeSchema).max(LIMITS.edges).default([]),
  settings: settingsSchema.prefault({}),
});

export type Definition = z.output<typeof definitionSchema>;
export type DefinitionInput = z.input<typeof definitionSchema>;
export type DefinitionNode = Definition['nodes'][number];
export type Edge = Definition['edges'][number];
export type RetryPolicy = z.output<typeof retrySchema>;
