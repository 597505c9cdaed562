import type { Platform } from '../platform.ts';
import { unlessGone } from '../unless.ts';
import { removeSecrets } from '../users/hand-over.ts';
import { deleteWorkflow } from './delete-workflow.ts';
import type { RunKind } from './run-kind.ts';

const PAGE = 100;

/**
 * Removes a user who is marked, with all that is theirs: workflows with their triggers, variables and executions; credentials and
 * their tokens; tables; keys and suggestions; last the row, whose name and address are free then. It ends when the last
 * execution under way has stopped.
 */
export const deleteUser: RunKind = async (platform, { subject: userId, by }, until) => {
  const { users, sessions, userTables } = platform.stores;
  await sessions.revokeAllOf(userId);
  await removeAll(platform.stores.apiKeys, (page) => platform.stores.apiKeys.list({ ...page, userId }));
  if (!(await removeWorkflows(platform, userId, by, until))) return false;
  await removeSecrets(platform, userId);
  const { aiSuggestions } = platform.stores;
  await removeAll(aiSuggestions, (page) => aiSuggestions.listByUser({ ...page, userId }));
  while (await userTables.removeSome(userId)) if (platform.clock.now() >= until) return false;
  await users.remove(userId).catch(unlessGone);
  return true;
};

/** True when none is left. One that waits for its executions does not keep the others. */
const removeWorkflows = async (
  platform: Platform,
  userId: string,
  by: string,
  until: number,
): Promise<boolean> => {
  let isDone = true;
  for (const subject of await platform.stores.workflows.idsOf(userId)) {
    if (platform.clock.now() >= until) return false;
    const isGone = await deleteWorkflow(platform, { kind: 'workflow.delete', subject, by }, until);
    isDone = isGone && isDone;
  }
  return isDone;
};

interface Removing {
  readonly remove: (id: string) => Promise<void>;
}
type ListPage = (page: { limit: number; caller: string }) => Promise<{ data: readonly { id: string }[] }>;

const removeAll = async (store: Removing, list: ListPage): Promise<void> => {
  for (;;) {
    const { data } = await list({ limit: PAGE, caller: 'removal' });
    if (data.length === 0) return;
    for (const { id } of data) await store.remove(id).catch(unlessGone);
  }
};
