import type { Platform } from '../platform.ts';
import type { WebhookRecord } from '../store/webhook-row.ts';

/** Of one webhook; whoever knocks without end writes no more than this. */
const EVERY_MILLISECONDS = 1_000;
const MOST_KEPT = 1_000;
const lastNoted = new Map<string, number>();

/** Lists a call that was not let in among the deliveries, at most one a second. It is not kept what it brought: nobody knows whose it is. */
export const noteRefusal = (platform: Platform, hook: WebhookRecord, reason: string): Promise<void> =>
  note(platform, hook, { outcome: 'refused', reason });

/** The same for one that was let in and brought what could not be read. */
export const noteUnreadable = (platform: Platform, hook: WebhookRecord, reason: string): Promise<void> =>
  note(platform, hook, { outcome: 'failed', reason });

const note = async (
  { stores, clock, log }: Platform,
  { id }: WebhookRecord,
  said: { readonly outcome: 'refused' | 'failed'; readonly reason: string },
): Promise<void> => {
  const now = clock.now();
  if (now - (lastNoted.get(id) ?? 0) < EVERY_MILLISECONDS) return;
  if (lastNoted.size >= MOST_KEPT) lastNoted.clear();
  lastNoted.set(id, now);
  try {
    await stores.deliveries.add({ webhookId: id, ...said, items: null });
  } catch (error) {
    log({ level: 'error', message: 'delivery not noted', webhookId: id, error: String(error) });
  }
};
