import type { Definition } from '../../engine/definition.ts';
import type { WorkflowPackage } from '../contracts/packages.ts';
import type { Stores } from '../store/stores.ts';
import type { WorkflowRecord } from '../store/workflow-record.ts';
import { credentialsIn, withCredentials } from './credentials-in.ts';

const VARIABLE = /\$vars\.([A-Za-z_][A-Za-z0-9_]*)/g;
const WORKFLOW_ID = /\bwf_[0-9a-z]{26}\b/g;

/** A workflow as a file. Ids of credentials become keys that mean something elsewhere. */
export const exportPackage = async (
  stores: Stores,
  workflow: WorkflowRecord,
  definition: Definition,
  { pinned }: { readonly pinned: boolean },
): Promise<WorkflowPackage> => {
  const ids = distinct(definition.nodes.flatMap(credentialsIn));
  const keyOf = new Map(ids.map((id, index) => [id, `credential-${index + 1}`]));
  const credentials = await Promise.all(
    ids.map(async (id) => {
      const found = await stores.credentials.get(id);
      const own = found?.createdBy === workflow.createdBy ? found : null;
      return { key: keyOf.get(id) ?? '', type: own?.type ?? null, name: own?.name ?? null };
    }),
  );
  const nodes = definition.nodes.map(({ pinnedItems, ...node }) => ({
    ...withCredentials(node, (credential) => keyOf.get(credential) ?? credential),
    ...(pinned && pinnedItems ? { pinnedItems } : {}),
  }));
  const portable = { ...definition, nodes };
  const text = JSON.stringify(portable);
  return {
    format: 'stepwell.workflow',
    formatVersion: 1,
    name: workflow.name,
    description: workflow.description,
    tags: [...workflow.tags],
    requirements: {
      nodeTypes: typesOf(definition),
      credentials,
      variables: distinct([...text.matchAll(VARIABLE)].map(([, name = '']) => name)).sort(),
      workflows: distinct([...text.matchAll(WORKFLOW_ID)].map(([id]) => id)).sort(),
    },
    definition: portable,
  };
};

const typesOf = ({ nodes }: Definition) => {
  const versions = new Map(
    nodes.map(({ type, typeVersion = 1 }) => [`${type}\n${typeVersion}`, { type, version: typeVersion }]),
  );
  return [...versions].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, each]) => each);
};

const distinct = <T>(all: readonly T[]): T[] => [...new Set(all)];
