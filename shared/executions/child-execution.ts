import type { Definition } from '../../engine/definition.ts';
import { NodeError } from '../../engine/errors.ts';
import type { ChildCall } from '../../engine/interpreter/event.ts';
import type { ChildStart } from '../../engine/ports.ts';
import { hashId } from '../ids.ts';
import type { BodyRecord, ExecutionRecord, NewExecution } from '../store/execution-record.ts';
import type { Lifetime } from '../store/lifetime.ts';
import { lifetimeOf } from '../store/lifetime-of.ts';
import type { Stores } from '../store/stores.ts';
import { triggersOf } from '../workflows/triggers.ts';
import { MAX_HOPS } from './accept.ts';

/** The same call always makes the same id: the second finds what the first has started. */
export const childId = (
  parentId: string,
  { waitId, index, attempt }: Pick<ChildStart, 'waitId' | 'index' | 'attempt'>,
): string => hashId('exec', JSON.stringify([parentId, waitId, index, attempt]));

type Callee = Pick<
  NewExecution,
  'workflowId' | 'workflowVersionId' | 'version' | 'triggerNodeId' | 'hasOwnDefinition' | 'hops'
> & { readonly lifetime: Lifetime };

/** What a child is to run. Throws NodeError when there is nothing, or when too many executions have led to one another. */
export const callee = async (
  stores: Stores,
  parent: ExecutionRecord,
  { call, nodeId }: Pick<ChildStart, 'call' | 'nodeId'>,
): Promise<Callee> => {
  if (call.kind === 'body') {
    const { workflowId, workflowVersionId, version, hasOwnDefinition, hops, lifetime } = parent;
    return {
      workflowId,
      workflowVersionId,
      version,
      hasOwnDefinition,
      hops,
      lifetime,
      triggerNodeId: nodeId,
    };
  }
  if (parent.hops >= MAX_HOPS) {
    const message = `${MAX_HOPS} workflows have called one another to come here, the most that is allowed. Look for a circle.`;
    throw new NodeError('execution.tooManyHops', message);
  }
  return { ...(await calledWorkflow(stores, parent, call)), hops: parent.hops + 1 };
};

export const newChild = (
  parent: ExecutionRecord,
  child: Omit<ChildStart, 'base'>,
  found: Callee,
  base: BodyRecord['base'] | null,
): NewExecution => ({
  ...found,
  id: childId(parent.id, child),
  ownerId: parent.ownerId,
  triggerType: 'event',
  triggerDetail: `execution ${parent.id}`,
  items: child.items,
  mode: parent.mode,
  parentExecutionId: parent.id,
  ...(base ? { body: { positions: child.call.items, base, root: parent.body?.root ?? parent.id } } : {}),
});

const calledWorkflow = async (
  { workflows, workflowVersions }: Stores,
  parent: ExecutionRecord,
  call: Extract<ChildCall, { kind: 'workflow' }>,
): Promise<Omit<Callee, 'hops'>> => {
  const workflow = await workflows.get(call.workflowId);
  if (!workflow || workflow.createdBy !== parent.ownerId) {
    throw new NodeError('workflow.notFound', `There is no workflow ${call.workflowId} of the same owner.`);
  }
  const number = call.version === 'published' ? workflow.publishedVersion : call.version;
  if (number === null) {
    throw new NodeError('workflow.notPublished', `No version of workflow "${workflow.name}" is published.`);
  }
  const version = await workflowVersions.get(workflow.id, number);
  if (!version) {
    throw new NodeError('workflow.notFound', `Workflow "${workflow.name}" has no version ${number}.`);
  }
  return {
    workflowId: workflow.id,
    workflowVersionId: version.id,
    version: version.version,
    triggerNodeId: calledTrigger(version.definition, workflow.name),
    lifetime: lifetimeOf(version.definition),
  };
};

const calledTrigger = (definition: Definition, name: string): string => {
  const trigger = triggersOf(definition).find(({ kind }) => kind === 'workflow');
  if (trigger) return trigger.node.id;
  throw new NodeError(
    'workflow.noTrigger',
    `Workflow "${name}" has no "When called by a workflow" trigger that is switched on.`,
  );
};
