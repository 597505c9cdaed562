import { z } from 'zod';
import type { ValidationContext } from '../../engine/index.ts';
import { typesFor } from '../catalogue/custom-types.ts';
import { usableCredential } from '../credentials/resolve.ts';
import { secretNames } from '../executions/variables.ts';
import { idSchema } from '../ids.ts';
import type { Stores } from '../store/stores.ts';

/** Whom a definition belongs to, and with that the credentials and variables it may use. */
export interface OwnedBy {
  readonly stores: Stores;
  readonly ownerId: string;
  /** Null for a definition that is in no workflow yet. */
  readonly workflowId: string | null;
}

const credentialId = idSchema('cred');
const mentioned = z.object({
  nodes: z.array(z.object({ credentialId }).catch({ credentialId: '' })),
});
const typed = z.object({
  nodes: z.array(
    z
      .object({ type: z.string().max(128), typeVersion: z.int().min(1).optional().catch(undefined) })
      .catch({ type: '', typeVersion: undefined }),
  ),
});

/** What validation has to know of the owner; looked up only as far as the definition mentions it. */
export const contextOf = async (definition: unknown, owned: OwnedBy): Promise<ValidationContext> => {
  const { stores, ownerId } = owned;
  const ids = new Set(mentioned.safeParse(definition).data?.nodes.map((node) => node.credentialId) ?? []);
  ids.delete('');
  const found = await Promise.all([...ids].map((id) => usableCredential(stores, ownerId, id)));
  const credentials = new Map(found.flatMap((each) => (each ? [[each.id, each.type] as const] : [])));
  const asksForVariables = JSON.stringify(definition)?.includes('$vars') ?? false;
  const types = await typesFor(stores, typed.safeParse(definition).data?.nodes ?? []);
  return { types, credentials, ...(asksForVariables ? { secretVariables: await secretNames(owned) } : {}) };
};
