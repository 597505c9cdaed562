import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validateDefinition } from '../../../engine/compile/validate.ts';
import { nodeCategories } from '../../../engine/nodes/categories.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { parametersIn } from '../../../infra/local/reference/parameter-rows.ts';

describe.each([...nodeTypes.values()])('$type', (type) => {
  it('belongs to a category', () => {
    expect(nodeCategories.map(({ name }) => name)).toContain(type.category);
  });

  it('has parameters a form can be made from: every one, however deep, has a title and says what it is for', () => {
    const schema = z.toJSONSchema(type.parameters, { io: 'input' });
    const silent = parametersIn(schema, '').filter(
      ({ parameter }) => !(parameter.title && (parameter.description || parameter.examples?.length)),
    );
    expect(silent.map(({ path }) => path)).toEqual([]);
    expect(schema.required ?? []).toEqual(type.type === 'http.request' ? ['url'] : []);
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
  });
});

describe('categories', () => {
  it('have a colour and a place of their own', () => {
    for (const { color } of nodeCategories) expect(color).toMatch(/^#[0-9a-f]{6}$/);
    const places = nodeCategories.map(({ displayOrder }) => displayOrder);
    expect(new Set(places).size).toBe(places.length);
  });
});
