import { type DefinitionInput, definitionSchema } from '../../../engine/definition.ts';
import { accept, type Start } from '../../../shared/executions/accept.ts';
import type { Platform } from '../../../shared/platform.ts';
import { chain, manual } from '../../functions/definitions.ts';
import { aUser } from '../../store/store-builders.ts';

type Node = DefinitionInput['nodes'][number];

export const waiting = (id: string, parameters: Node['parameters']): Node => ({
  id,
  name: id,
  type: 'flow.wait',
  ...(parameters === undefined ? {} : { parameters }),
});
export const anHour = (id: string): Node =>
  waiting(id, { kind: 'duration', duration: { amount: 1, unit: 'hours' } });
/** A call with an effect. */
export const calling = (id: string): Node => ({
  id,
  name: id,
  type: 'http.request',
  parameters: { method: 'POST', url: `https://example.com/${id}` },
});

/** The first node calls a workflow of this definition. */
export const callingA = async (
  { stores }: Platform,
  written: DefinitionInput,
  ...behind: readonly Node[]
): Promise<{ readonly definition: DefinitionInput; readonly ownerId: string }> => {
  const { id: ownerId } = await aUser(stores);
  const { id } = await stores.workflows.createWithVersion(
    { name: 'Called', createdBy: ownerId },
    definitionSchema.parse(written),
  );
  const parameters = { workflowId: id, version: 1 };
  const sub: Node = { id: 'sub', name: 'Sub', type: 'flow.subworkflow', parameters };
  return { definition: chain(manual, sub, ...behind), ownerId };
};

/** What starts a workflow of this definition by hand. */
export const startOf = async (
  { stores }: Platform,
  written: DefinitionInput,
  ownerId?: string,
): Promise<Start> => {
  const owner = { id: ownerId ?? (await aUser(stores)).id };
  const definition = definitionSchema.parse(written);
  const workflow = await stores.workflows.createWithVersion({ name: 'Any', createdBy: owner.id }, definition);
  const version = await stores.workflowVersions.get(workflow.id, 1);
  if (!version) throw new Error('There is no version.');
  return {
    workflow,
    version,
    triggerNodeId: 'start',
    triggerType: 'manual',
    hops: undefined,
    items: [{ json: {} }],
    mode: 'production',
  };
};

/** The id of an execution that was accepted and not begun. */
export const accepted = async (
  platform: Platform,
  written: DefinitionInput,
  ownerId?: string,
): Promise<string> => (await accept(platform, await startOf(platform, written, ownerId))).record.id;

/** The wait that an execution is in. */
export const waitOf = async ({ stores }: Platform, id: string): Promise<string> => {
  const events = (await stores.executions.load(id))?.events ?? [];
  const [waitId] = events.flatMap((event) => (event.type === 'nodeWaiting' ? [event.wait.id] : []));
  if (waitId === undefined) throw new Error(`${id} does not wait.`);
  return waitId;
};
