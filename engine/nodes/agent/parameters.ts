import { z } from 'zod';
import { chatParameters } from '../ai-node.ts';
import { tableName } from '../data.table.ts';
import { fieldPath } from '../field-path.ts';
import { agentTool } from './tool.ts';

export const agentParameters = z.strictObject({
  ...chatParameters,
  instructions: z
    .string()
    .max(100_000)
    .default('')
    .meta({ title: 'Instructions', description: 'Who the agent is, what it may do and how it answers.' }),
  prompt: z
    .json()
    .default('')
    .meta({ title: 'Prompt', description: 'Evaluated for each item.', examples: ['{{ $json.question }}'] }),
  tools: z
    .array(agentTool)
    .max(32)
    .default([])
    .meta({ title: 'Tools', description: 'Nodes and workflows it may use.' }),
  schema: z
    .record(z.string(), z.json())
    .optional()
    .meta({
      title: 'Schema',
      description: 'JSON Schema of an object: the form of the answer.',
      examples: [{ type: 'object', properties: { answer: { type: 'string' } } }],
    }),
  memory: z
    .strictObject({
      table: tableName.meta({ title: 'Table', description: 'Where the conversation is kept.' }),
      key: z
        .json()
        .default('')
        .meta({
          title: 'Key',
          description: 'Whose conversation it is, evaluated for each item.',
          examples: ['{{ $json.customer }}'],
        }),
      window: z
        .int()
        .min(1)
        .max(200)
        .default(20)
        .meta({ title: 'Window', description: 'How many messages are remembered.' }),
    })
    .optional()
    .meta({ title: 'Memory', description: 'Goes on with the conversation of an earlier execution.' }),
  maxIterations: z
    .int()
    .min(1)
    .max(100)
    .default(10)
    .meta({ title: 'Most turns', description: 'Of the model for an item; one more is an error.' }),
  maxTotalTokens: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(200_000)
    .meta({ title: 'Most tokens', description: 'For an item, both ways; more are an error.' }),
  returnSteps: z
    .boolean()
    .default(false)
    .meta({ title: 'Steps', description: 'Gives what tools were used, too.' }),
  destination: fieldPath
    .default('answer')
    .meta({ title: 'Destination', description: 'The field the answer goes to.' }),
});

export type AgentParameters = z.output<typeof agentParameters>;
