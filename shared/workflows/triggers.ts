import type { Definition, DefinitionNode } from '../../engine/definition.ts';
import { nodeTypes } from '../../engine/index.ts';
import { AppError } from '../errors.ts';

/** The enabled nodes that executions can start from, with what starts them. */
export const triggersOf = (definition: Definition) =>
  definition.nodes.flatMap((node): { node: DefinitionNode; kind: string }[] => {
    const kind = nodeTypes.get(node.type)?.trigger;
    return kind && !node.disabled ? [{ node, kind }] : [];
  });

/** Where an execution starts that somebody starts by hand: at the manual trigger, or in its absence at the first. */
export const manualTrigger = (definition: Definition): string => {
  const triggers = triggersOf(definition);
  const trigger = triggers.find(({ kind }) => kind === 'manual') ?? triggers[0];
  if (trigger) return trigger.node.id;
  throw new AppError('workflow.invalid', 'The workflow has no trigger that is switched on.', {
    errors: [{ pointer: '/nodes', message: 'must hold a trigger that is not disabled' }],
  });
};
