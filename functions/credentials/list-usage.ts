import type { Definition } from '../../engine/definition.ts';
import { listCredentialUsage } from '../../shared/contracts/credentials.ts';
import { visibleCredential } from '../../shared/credentials/access.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import type { Platform } from '../../shared/platform.ts';
import type { WorkflowRecord } from '../../shared/store/workflow-record.ts';
import { credentialsIn } from '../../shared/workflows/credentials-in.ts';

/** Picked while reading the workflows of its owner: only theirs can use it. */
export const listUsage = defineHandler(listCredentialUsage, async ({ params, query, caller, platform }) => {
  const { id, createdBy } = await visibleCredential({ caller, platform }, params.credentialId);
  const page = await platform.stores.workflows.listByOwner({ ...query, createdBy, caller: caller.userId });
  const found = await Promise.all(page.data.map((workflow) => usageIn(platform, workflow, id)));
  const data = found.filter(({ newest, published }) => newest.length + published.length > 0);
  return { body: { data, nextCursor: page.nextCursor } };
});

const usageIn = async (
  { stores }: Platform,
  { id, name, isActive, version, publishedVersion }: WorkflowRecord,
  credentialId: string,
) => {
  const nodesOf = async (number: number | null): Promise<string[]> => {
    const found = number === null ? null : await stores.workflowVersions.get(id, number);
    return found ? usersOf(found.definition, credentialId) : [];
  };
  const newest = await nodesOf(version);
  const published = publishedVersion === version ? newest : await nodesOf(publishedVersion);
  return { workflowId: id, name, isActive, newest, published };
};

const usersOf = ({ nodes }: Definition, credentialId: string): string[] =>
  nodes.filter((node) => credentialsIn(node).includes(credentialId)).map((node) => node.id);
