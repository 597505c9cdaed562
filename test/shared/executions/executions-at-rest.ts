import { type DefinitionInput, definitionSchema } from '../../../engine/definition.ts';
import type { JournalEvent } from '../../../engine/interpreter/event.ts';
import type { SegmentEnd } from '../../../engine/ports.ts';
import { accept, type Start } from '../../../shared/executions/accept.ts';
import type { ExecutionRecord } from '../../../shared/store/execution-record.ts';
import type { JournalWriter, LoadedExecution } from '../../../shared/store/executions.ts';
import { chain, manual } from '../../functions/definitions.ts';
import type { Workbench } from '../../functions/workbench.ts';

/** An accepted execution of a workflow of its own that nobody has begun. */
export const acceptedIn = async (
  { platform, people }: Workbench,
  written: DefinitionInput,
  overrides: Partial<Start> = {},
): Promise<ExecutionRecord> => {
  const { workflows, workflowVersions } = platform.stores;
  const definition = definitionSchema.parse(written);
  const workflow = await workflows.createWithVersion({ name: 'Any', createdBy: people.owner.id }, definition);
  const version = await workflowVersions.get(workflow.id, 1);
  if (!version) throw new Error('There is no version.');
  const { record } = await accept(platform, {
    workflow,
    version,
    triggerNodeId: 'start',
    triggerType: 'manual',
    hops: undefined,
    items: [{ json: {} }],
    mode: 'production',
    ...overrides,
  });
  return record;
};

export const loadedFrom = async ({ platform }: Workbench, id: string): Promise<LoadedExecution> => {
  const loaded = await platform.stores.executions.load(id);
  if (!loaded) throw new Error('There is no execution.');
  return loaded;
};

/** Appends events as some writer would. */
export const appendTo = async (
  bench: Workbench,
  id: string,
  events: readonly JournalEvent[],
  end: SegmentEnd = { kind: 'open' },
  writer: JournalWriter = { writerId: 'other', leaseUntil: 1, generation: null },
): Promise<boolean> =>
  bench.platform.stores.executions.journal(await loadedFrom(bench, id), writer).append(events, end);

/** An execution that another writer has begun and not let go of. */
export const begunIn = async (
  bench: Workbench,
  writer?: JournalWriter,
  triggerNodeId = 'start',
): Promise<ExecutionRecord> => {
  const record = await acceptedIn(bench, chain(manual));
  const start = { type: 'executionStarted', at: Date.now(), engine: '0', triggerNodeId, items: [] } as const;
  await appendTo(bench, record.id, [start], { kind: 'open' }, writer);
  return record;
};
