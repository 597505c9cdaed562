import { describe, expect, it } from 'vitest';
import { type DefinitionInput, definitionSchema } from '../../../engine/definition.ts';
import { diffDefinitions } from '../../../shared/workflows/diff.ts';

const aDefinition = (written: Partial<DefinitionInput> = {}) =>
  definitionSchema.parse({
    nodes: [
      { id: 'start', name: 'Start', type: 'trigger.manual' },
      { id: 'set', name: 'Set', type: 'data.set', parameters: { fields: { a: 1 } } },
    ],
    edges: [{ source: 'start', target: 'set' }],
    ...written,
  });

describe('the difference of two definitions', () => {
  it('is empty when they are the same', () => {
    expect(diffDefinitions(aDefinition(), aDefinition())).toEqual({
      nodes: { added: [], removed: [], changed: [] },
      edges: { added: [], removed: [] },
      settings: [],
    });
  });

  it('names added and removed nodes and edges', () => {
    const other = aDefinition({
      nodes: [
        { id: 'start', name: 'Start', type: 'trigger.manual' },
        { id: 'wait', name: 'Wait', type: 'flow.wait' },
      ],
      edges: [{ source: 'start', target: 'wait' }],
    });

    expect(diffDefinitions(aDefinition(), other)).toMatchObject({
      nodes: {
        added: [{ id: 'wait', name: 'Wait', type: 'flow.wait' }],
        removed: [{ id: 'set', name: 'Set', type: 'data.set' }],
        changed: [],
      },
      edges: {
        added: [{ source: 'start', sourcePort: 'main', target: 'wait', targetPort: 'main' }],
        removed: [{ source: 'start', sourcePort: 'main', target: 'set', targetPort: 'main' }],
      },
    });
  });

  it('points at what changed in a node, whatever its keys are called', () => {
    const [start] = aDefinition().nodes;
    const changed = (parameters: object) =>
      diffDefinitions(
        aDefinition(),
        definitionSchema.parse({
          ...aDefinition(),
          nodes: [start, { id: 'set', name: 'Set', type: 'data.set', parameters }],
        }),
      ).nodes.changed;

    expect(changed({ fields: { a: 2, 'b/c': [1], constructor: 3 } })).toEqual([
      {
        id: 'set',
        name: 'Set',
        changes: [
          { pointer: '/parameters/fields/a', before: 1, after: 2 },
          { pointer: '/parameters/fields/b~1c', after: [1] },
          { pointer: '/parameters/fields/constructor', after: 3 },
        ],
      },
    ]);
    expect(changed({})).toEqual([
      { id: 'set', name: 'Set', changes: [{ pointer: '/parameters/fields', before: { a: 1 } }] },
    ]);
  });

  it('tells changed settings', () => {
    const other = aDefinition({ settings: { timeoutSeconds: 60 } });

    expect(diffDefinitions(aDefinition(), other).settings).toEqual([
      { pointer: '/timeoutSeconds', before: 3600, after: 60 },
    ]);
  });
});
