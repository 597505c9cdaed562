import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validateDefinition } from '../../../engine/compile/validate.ts';
import { credentialTypes } from '../../../engine/credentials/registry.ts';
import { nodeCategories } from '../../../engine/nodes/categories.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { fieldsIn } from '../../../functions/docs/fields-in.ts';
import type { JsonSchema } from '../../../shared/contracts/schema-book.ts';

/** By a default, by examples, or because there is nothing else to choose; what holds parameters shows them. */
const showsValue = (parameter: JsonSchema): boolean =>
  parameter.default !== undefined ||
  (parameter.examples ?? []).length > 0 ||
  parameter.enum !== undefined ||
  parameter.const !== undefined ||
  parameter.type === 'boolean' ||
  fieldsIn(parameter).length > 0;

describe.each([...nodeTypes.values()])('$type', (type) => {
  it('can be shown: it has a name, a description, an icon and a category', () => {
    expect(type.type).toMatch(/^[a-z]+\.[a-zA-Z0-9]+$/);
    for (const text of [type.name, type.description, type.icon]) expect(text).toMatch(/\S/);
    expect(type.description).toMatch(/\.$/);
    expect(nodeCategories.map(({ name }) => name)).toContain(type.category);
  });

  it('has parameters a form can be made from: every one, however deep, says what it is, what for, and what it may be', () => {
    const schema = z.toJSONSchema(type.parameters, { io: 'input' });
    const lacking = fieldsIn(schema).filter(
      ({ schema: parameter }) => !(parameter.title && parameter.description && showsValue(parameter)),
    );
    expect(lacking.map(({ path }) => path)).toEqual([]);
    expect(schema.required ?? []).toEqual(type.type === 'http.request' ? ['url'] : []);
  });

  it('says what goes in, what comes out, what it does to the outside, and as whom', () => {
    const { parameters } = type.example;
    expect(type.inputs(parameters).length > 0).toBe(type.trigger === null);
    for (const port of [...type.inputs(parameters), ...type.outputs(parameters)])
      expect(port).toMatch(/^[\w-]+$/);
    const evaluated = type.parameters.safeParse(parameters);
    if (evaluated.success) expect(['pure', 'read', 'write']).toContain(type.effect(evaluated.data));
    for (const credential of type.credentialTypes)
      expect(credentialTypes.get(credential), credential).toBeDefined();
  });

  it('has an example that is valid and leaves by ports it has', () => {
    const { parameters, output } = type.example;
    const start = { id: 'start', name: 'Start', type: 'trigger.manual' };
    const node = { id: 'node', name: 'Node', type: type.type, parameters };
    const edge = { source: 'start', target: 'node', targetPort: type.inputs(parameters)[0] };
    const ends = type.body && { sourcePort: type.body.begins, targetPort: type.body.ends };
    const back = [
      ...(type.iterates ? [{ source: 'node', sourcePort: 'loop', target: 'node' }] : []),
      ...(ends ? [{ source: 'node', target: 'node', ...ends }] : []),
    ];
    const { problems } = validateDefinition(
      type.trigger ? { nodes: [node] } : { nodes: [start, node], edges: [edge, ...back] },
    );
    expect(problems).toEqual([]);
    expect(type.outputs(parameters)).toEqual(expect.arrayContaining(Object.keys(output)));
    if (type.outputs(parameters).length > 0) expect(Object.values(output).flat()).not.toEqual([]);
  });
});

describe('categories', () => {
  it('have a colour and a place of their own', () => {
    for (const { color } of nodeCategories) expect(color).toMatch(/^#[0-9a-f]{6}$/);
    const places = nodeCategories.map(({ displayOrder }) => displayOrder);
    expect(new Set(places).size).toBe(places.length);
  });
});
