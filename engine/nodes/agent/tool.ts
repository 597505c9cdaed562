import { z } from 'zod';
import type { ChatTool } from '../../ai/port.ts';
import type { NodeRegistry } from '../../compile/plan.ts';
import type { JsonObject } from '../../item.ts';
import { schemaProblems } from '../json-schema.ts';

const common = {
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must be a letter, then letters, digits, "_" or "-"')
    .meta({ title: 'Name', description: 'What the model calls the tool by.', examples: ['lookUpOrder'] }),
  description: z
    .string()
    .min(1)
    .max(4_000)
    .meta({
      title: 'Description',
      description: 'When the model is to use it, and what it gives.',
      examples: ['Reads an order by its number. Gives its state and its positions.'],
    }),
  input: z
    .record(z.string(), z.json())
    .default({ type: 'object', properties: {} })
    .meta({ title: 'Input', description: 'JSON Schema of an object: what the model fills in.' }),
  needsApproval: z
    .boolean()
    .default(false)
    .meta({ title: 'Needs approval', description: 'A person is asked before it acts.' }),
};

const nodeTool = z.strictObject({
  kind: z.literal('node').meta({ title: 'Kind', description: 'A node is the tool.' }),
  ...common,
  type: z
    .string()
    .max(128)
    .meta({
      title: 'Node type',
      description: 'Such as http.request or data.table.',
      examples: ['data.table'],
    }),
  parameters: z.record(z.string(), z.json()).default({}).meta({
    title: 'Parameters',
    description:
      'Those of the node; what the model fills in is {{ $parameters.… }} in them, everything else is fixed.',
  }),
  credentialId: z
    .string()
    .max(128)
    .optional()
    .meta({
      title: 'Credential',
      description: 'Id of the credential the node uses.',
      examples: ['cred_01jd0000000000000000000000'],
    }),
});

const workflowTool = z.strictObject({
  kind: z.literal('workflow').meta({ title: 'Kind', description: 'One of your workflows is the tool.' }),
  ...common,
  workflowId: z
    .string()
    .min(1)
    .max(64)
    .meta({
      title: 'Workflow',
      description: 'Gets the input as its only item; the model gets what its last node gives.',
      examples: ['wf_01jd0000000000000000000000'],
    }),
  version: z
    .union([z.literal('published'), z.int().min(1)])
    .default('published')
    .meta({ title: 'Version', description: 'The published one when it is called, or a fixed one.' }),
});

export const agentTool = z.discriminatedUnion('kind', [nodeTool, workflowTool]);
export type AgentTool = z.output<typeof agentTool>;

/** Tools as the model is told of them. */
export const chatTools = (tools: readonly AgentTool[]): readonly ChatTool[] =>
  tools.map(({ name, description, input }) => ({ name, description, schema: input }));

/** What is wrong with written tools that their schema cannot say. `taken`: names that no tool may have. */
export const toolProblems = (written: unknown, registry: () => NodeRegistry, taken: readonly string[]) => {
  const tools = Array.isArray(written) ? (written as readonly (JsonObject | null)[]) : [];
  return tools.flatMap((tool, index) => {
    const at = `/tools/${index}`;
    const isTwice = tools.findIndex((each) => each?.name === tool?.name) < index;
    return [
      ...(taken.includes(String(tool?.name))
        ? [{ pointer: `${at}/name`, message: 'is how the model gives an answer that has a schema' }]
        : []),
      ...(isTwice ? [{ pointer: `${at}/name`, message: 'is the name of another tool, too' }] : []),
      ...(tool?.input === undefined ? [] : schemaProblems(tool.input, `${at}/input`)),
      ...(tool?.kind === 'node' ? typeProblems(String(tool.type), `${at}/type`, registry()) : []),
    ];
  });
};

/** A tool is called in the middle of a run: what begins executions, waits or decides about branches is none. */
const typeProblems = (name: string, pointer: string, registry: NodeRegistry) => {
  const type = registry.get(name);
  if (!type) return [{ pointer, message: `${JSON.stringify(name)} is no node type of the engine` }];
  const fits =
    type.trigger === null &&
    !type.resume &&
    !type.iterates &&
    !type.responds &&
    !type.isAi &&
    type.inputs({}).length === 1;
  return fits ? [] : [{ pointer, message: `${name} cannot be a tool: it starts, waits, loops or answers` }];
};
