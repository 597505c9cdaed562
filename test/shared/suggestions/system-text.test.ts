import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nodeTypes, validateDefinition } from '../../../engine/index.ts';
import type { JsonObject } from '../../../engine/item.ts';
import { briefSchema } from '../../../shared/suggestions/brief-schema.ts';
import { relevantTypes } from '../../../shared/suggestions/relevant-types.ts';
import { PROPOSE_TOOL, systemText } from '../../../shared/suggestions/system-text.ts';
import { LIBRARY } from '../../../shared/templates/library.ts';

const proposal = (definition: unknown): JsonObject => ({
  name: 'W',
  explanation: '',
  definition: definition as JsonObject,
  needs: [],
});

describe('the tool a model answers through', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(PROPOSE_TOOL.schema);

  it('has a schema that stands by itself, as providers ask for', () => {
    expect(JSON.stringify(PROPOSE_TOOL.schema)).not.toContain('$ref');
  });

  it('takes every template as an answer', () => {
    for (const { name, definition } of LIBRARY)
      expect([name, validate(proposal(definition)), validate.errors]).toEqual([name, true, null]);
  });

  it.each([
    ['nodes without ids', { nodes: [{ type: 'data.set' }] }],
    ['an onError there is not', { nodes: [{ id: 'a', name: 'A', type: 'x', onError: 'ignore' }] }],
    ['no nodes', { edges: [] }],
  ])('refuses %s', (_what, definition) => {
    expect(validate(proposal(definition))).toBe(false);
  });
});

describe('a brief schema', () => {
  it('keeps forms, choices and what is said of them', () => {
    const schema = z.toJSONSchema(
      z.strictObject({
        title: z.string().min(1).max(20).meta({ title: 'Title', description: 'What it is called.' }),
        kind: z.enum(['a', 'b']).default('a'),
        count: z.int(),
        few: z.int().min(1).max(9),
        texts: z.record(z.string(), z.string()),
        anything: z.record(z.string(), z.json()),
      }),
      { io: 'input' },
    );
    expect(briefSchema(schema as JsonObject)).toEqual({
      type: 'object',
      properties: {
        title: { type: 'string', description: 'What it is called.' },
        kind: { type: 'string', enum: ['a', 'b'], default: 'a' },
        count: { type: 'integer' },
        few: { type: 'integer', minimum: 1, maximum: 9 },
        texts: { type: 'object', additionalProperties: { type: 'string' } },
        anything: { type: 'object' },
      },
      required: ['title', 'count', 'few', 'texts', 'anything'],
    });
  });
});

it('the tool of a proposal has the form of a definition, and not all that is said of it to people', () => {
  const { definition } = PROPOSE_TOOL.schema.properties as { definition: JsonObject };
  expect(definition).toMatchObject({
    properties: { nodes: { type: 'array' }, settings: { type: 'object' } },
  });
  expect(JSON.stringify(definition)).not.toContain('"description"');
  expect(JSON.stringify(PROPOSE_TOOL).length).toBeLessThan(3_600);
});

describe('what a model is told', () => {
  it('names each node type with ports, parameters and an example that fits them', () => {
    const text = systemText({ types: [...nodeTypes.values()], models: [], examples: [] });
    const told = new Map(
      text
        .split('\n')
        .filter((line) => line.startsWith('{"type"'))
        .map((line) => JSON.parse(line))
        .map((type) => [type.type, type]),
    );
    expect([...told.keys()]).toEqual([...nodeTypes.keys()]);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const { type, parameters: properties, required = [], example } of told.values()) {
      const validate = ajv.compile({ type: 'object', properties, required });
      expect([type, validate(example), validate.errors]).toEqual([type, true, null]);
    }
  });

  it('holds only expressions that are right', () => {
    const text = systemText({ types: [], models: [], examples: [] });
    const expressions = text.match(/\{\{ .*? \}\}/g) ?? [];
    expect(expressions.length).toBeGreaterThan(4);
    const fields = expressions.map((value, index) => ({ name: `f${index}`, value }));
    const nodes = [
      { id: 'start', name: 'Start', type: 'trigger.manual' },
      { id: 'set', name: 'Name', type: 'data.set', parameters: { fields } },
    ];
    const { problems } = validateDefinition({ nodes, edges: [{ source: 'start', target: 'set' }] });
    expect(problems).toEqual([]);
  });

  it('names the AI models there are, where a node may ask one', () => {
    const models = [{ id: 'aim_1', name: 'Claude', type: 'llm' as const }];
    const told = (...types: readonly string[]) =>
      systemText({
        types: [...nodeTypes.values()].filter(({ type }) => types.includes(type)),
        models,
        examples: [],
      });
    expect(told('ai.prompt')).toContain('aim_1: Claude, llm');
    expect(told('http.request')).not.toContain('aim_1');
  });

  it('shows examples without what goes without saying', () => {
    const text = systemText({ types: [], models: [], examples: LIBRARY.slice(0, 3) });
    expect(text).not.toMatch(/"position"|"sourcePort":"main"|"targetPort"/);
    expect(text).toContain('"sourcePort":"');
  });

  it('is small: no more than 45 kB with the types and templates for a request', () => {
    const types = relevantTypes('Classify support mails, and ask a person to approve refunds', null);
    const examples = LIBRARY.slice(0, 2);
    expect(systemText({ types, models: [], examples }).length).toBeLessThan(45_000);
  });
});
