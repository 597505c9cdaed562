import { everyPage } from '../every-page.ts';
import type { Platform } from '../platform.ts';
import { unlessGone } from '../unless.ts';
import { unpublishWorkflow } from '../workflows/publish.ts';

const PAGE = 100;

/** Stops all triggers of a user. Repeating it goes on where it stopped. */
export const unpublishAll = async (platform: Platform, userId: string): Promise<void> => {
  const { workflows } = platform.stores;
  const owned = await everyPage((cursor) =>
    workflows.listByOwner({ createdBy: userId, limit: PAGE, caller: userId, cursor }),
  );
  for (const { id, isActive } of owned) if (isActive) await unpublishWorkflow(platform, id).catch(unlessGone);
};
