import type { Json, JsonObject } from '../../engine/item.ts';
import type { Vault } from '../credentials/vault.ts';
import { everyPage } from '../every-page.ts';
import type { Stores } from '../store/stores.ts';
import type { VariableRecord } from '../store/variables.ts';
import { openVariable } from '../variables/secret-value.ts';
import { readValue } from '../variables/value.ts';

const PAGE = 100;

interface Owned {
  readonly stores: Stores;
  readonly ownerId: string;
  /** Null: only the global ones. */
  readonly workflowId: string | null;
}

/** `$vars` of a workflow: the global variables of its owner, and over them its own. Secret ones apart. */
export const variablesOf = async (
  owned: Owned,
  vault: Vault,
): Promise<{ vars: JsonObject; secretVars: Record<string, string> }> => {
  const records = await effective(owned);
  const plain = records.filter(({ isSecret }) => !isSecret);
  const secret = records.filter(({ isSecret }) => isSecret);
  return {
    vars: Object.fromEntries(plain.map((record): [string, Json] => [record.name, readValue(record)])),
    secretVars: Object.fromEntries(
      await Promise.all(
        secret.map(async (record) => [record.name, await openVariable(vault, record)] as const),
      ),
    ),
  };
};

/** The names that stand for a secret in this workflow. */
export const secretNames = async (owned: Owned): Promise<ReadonlySet<string>> =>
  new Set((await effective(owned)).filter(({ isSecret }) => isSecret).map(({ name }) => name));

/** One record for each name. */
const effective = async ({ stores, ownerId, workflowId }: Owned): Promise<VariableRecord[]> => {
  const { variables } = stores;
  const asked = { limit: PAGE, caller: ownerId };
  const [global, own] = await Promise.all([
    everyPage((cursor) => variables.listByScope({ ...asked, cursor, createdBy: ownerId, scope: 'global' })),
    workflowId === null
      ? []
      : everyPage((cursor) => variables.listByWorkflow({ ...asked, cursor, workflowId })),
  ]);
  return [...new Map([...global, ...own].map((record) => [record.name, record])).values()];
};
