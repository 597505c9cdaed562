import type { Definition } from '../../engine/definition.ts';
import { NodeError } from '../../engine/errors.ts';
import type { ChildResult } from '../../engine/interpreter/event.ts';
import type { ChildPort, ChildStart, Clock } from '../../engine/ports.ts';
import { AppError } from '../errors.ts';
import { hashId } from '../ids.ts';
import type { ExecutionRecord, NewExecution } from '../store/execution-record.ts';
import type { Stores } from '../store/stores.ts';
import { triggersOf } from '../workflows/triggers.ts';
import { MAX_HOPS } from './accept.ts';

interface ChildrenWorld {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly poke: (executionId: string) => Promise<void>;
}

/** The executions that one starts, waits for and ends. They belong to the same owner. */
export const childrenOf = (world: ChildrenWorld, parent: ExecutionRecord): ChildPort => {
  const { executions } = world.stores;
  return {
    start: async (child) => {
      const { record } = await executions.accept(await newChild(world.stores, parent, child));
      if (record.finishedAt === null) await world.poke(record.id);
      return record.id;
    },
    result: async (executionId) => {
      const loaded = await executions.load(executionId);
      if (!loaded) return gone(executionId);
      const end = loaded.events.findLast((event) => event.type === 'executionFinished');
      if (!end) return null;
      if (end.status === 'completed') {
        const { output = [], pairing } = end;
        return { status: 'completed', items: output, ...(pairing === undefined ? {} : { pairing }) };
      }
      return { status: end.status, error: end.error ?? endedWithout(end.status, executionId) };
    },
    cancel: async (executionId) => {
      try {
        const by = parent.id;
        await executions.putInbox(executionId, {
          kind: 'cancel',
          waitId: 'cancel',
          at: world.clock.now(),
          by,
        });
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'resource.conflict')) throw error;
      }
      await world.poke(executionId);
    },
  };
};

/** The same call always makes the same id: the second finds what the first has started. */
const newChild = async (
  stores: Stores,
  parent: ExecutionRecord,
  { waitId, index, call, items }: ChildStart,
): Promise<NewExecution> => {
  if (parent.hops >= MAX_HOPS) {
    const message = `${MAX_HOPS} workflows have called one another to come here, the most that is allowed. Look for a circle.`;
    throw new NodeError('execution.tooManyHops', message);
  }
  if (call.kind === 'body') throw new NodeError('node.threw', 'There is no body to run.');
  const workflow = await stores.workflows.get(call.workflowId);
  if (!workflow || workflow.createdBy !== parent.ownerId) {
    throw new NodeError('workflow.notFound', `There is no workflow ${call.workflowId} of the same owner.`);
  }
  const number = call.version === 'published' ? workflow.publishedVersion : call.version;
  if (number === null) {
    throw new NodeError('workflow.notPublished', `No version of workflow "${workflow.name}" is published.`);
  }
  const version = await stores.workflowVersions.get(workflow.id, number);
  if (!version) {
    throw new NodeError('workflow.notFound', `Workflow "${workflow.name}" has no version ${number}.`);
  }
  return {
    id: hashId('exec', JSON.stringify([parent.id, waitId, index])),
    workflowId: workflow.id,
    workflowVersionId: version.id,
    version: version.version,
    ownerId: workflow.createdBy,
    triggerType: 'event',
    triggerDetail: `execution ${parent.id}`,
    triggerNodeId: calledTrigger(version.definition, workflow.name),
    items,
    mode: parent.mode,
    parentExecutionId: parent.id,
    hops: parent.hops + 1,
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

const gone = (executionId: string): ChildResult => ({
  status: 'failed',
  error: {
    code: 'execution.deleted',
    message: `Execution ${executionId} was deleted before its result was taken.`,
    retryable: false,
  },
});

const endedWithout = (status: string, executionId: string) => ({
  code: `execution.${status}`,
  message: `Execution ${executionId} was ${status}.`,
  retryable: false,
});
