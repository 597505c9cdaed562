import type { Definition } from '../../engine/definition.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import type { Stores } from '../store/stores.ts';

type Running = Pick<
  ExecutionRecord,
  'id' | 'workflowId' | 'version' | 'hasOwnDefinition' | 'lifetime' | 'body'
>;

/** The execution that a definition of its own is kept with: a part of another one runs what that one runs. */
export const definitionHolder = ({ id, body }: Running): string => body?.root ?? id;

/** The definition an execution runs; null when its version has been deleted. */
export const definitionOf = async (
  { executions, workflowVersions }: Stores,
  record: Running,
): Promise<Definition | null> =>
  record.hasOwnDefinition
    ? executions.getDefinition({ id: definitionHolder(record), lifetime: record.lifetime })
    : ((await workflowVersions.get(record.workflowId, record.version))?.definition ?? null);

export const settingsOf = async (stores: Stores, record: Running): Promise<Definition['settings'] | null> =>
  (await definitionOf(stores, record))?.settings ?? null;
