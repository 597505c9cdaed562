import type { Definition } from '../../engine/definition.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import type { Stores } from '../store/stores.ts';

type Versioned = Pick<ExecutionRecord, 'workflowId' | 'version'>;

/** The definition an execution runs; null when its version has been deleted. */
export const definitionOf = async (
  { workflowVersions }: Stores,
  { workflowId, version }: Versioned,
): Promise<Definition | null> => (await workflowVersions.get(workflowId, version))?.definition ?? null;

export const settingsOf = async (stores: Stores, record: Versioned): Promise<Definition['settings'] | null> =>
  (await definitionOf(stores, record))?.settings ?? null;
