import type { Caller } from '../auth/caller.ts';
import { canRead, canWrite, notFound } from '../auth/visibility.ts';
import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { WorkflowRecord } from '../store/workflow-record.ts';
import type { WorkflowVersionRecord } from '../store/workflow-versions.ts';
import type { OwnedBy } from './owned-by.ts';

interface Asked {
  readonly caller: Caller;
  readonly platform: Platform;
}

/** A workflow the caller may read; what they may not is not found. */
export const readableWorkflow = async (
  { caller, platform }: Asked,
  workflowId: string,
): Promise<WorkflowRecord> => {
  const workflow = await platform.stores.workflows.get(workflowId);
  if (!workflow || !canRead(caller, workflow)) throw notFound('workflow');
  return workflow;
};

/** A workflow the caller may change. One that is public is known to be there: that is 403 and not 404. */
export const writableWorkflow = async (asked: Asked, workflowId: string): Promise<WorkflowRecord> => {
  const workflow = await readableWorkflow(asked, workflowId);
  if (canWrite(asked.caller, workflow)) return workflow;
  throw new AppError('auth.forbidden', 'The workflow is public but not yours. Copy it to make it yours.');
};

/** As whom a workflow's definitions are checked and run: its owner, whoever saves them. */
export const ownedBy = ({ stores }: Platform, { id, createdBy }: WorkflowRecord): OwnedBy => ({
  stores,
  ownerId: createdBy,
  workflowId: id,
});

/** Throws when If-Match names another revision than the one there is. */
export const expectRevision = (workflow: WorkflowRecord, expected: number | null): void => {
  if (expected === null || expected === workflow.revision) return;
  throw new AppError('resource.changed', 'The workflow was changed by somebody else. Read it again.');
};

export const versionOf = async (
  platform: Platform,
  workflowId: string,
  version: number,
): Promise<WorkflowVersionRecord> => {
  const found = await platform.stores.workflowVersions.get(workflowId, version);
  if (!found) throw notFound('version');
  return found;
};

/** The number of the version somebody asks for. */
export const versionNumber = (workflow: WorkflowRecord, asked: number | 'draft' | 'published'): number => {
  if (typeof asked === 'number') return asked;
  if (asked === 'draft') return workflow.version;
  if (workflow.publishedVersion !== null) return workflow.publishedVersion;
  throw new AppError('workflow.notPublished', 'No version is published. Publish one, or run the draft.');
};
