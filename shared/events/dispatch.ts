import { AppError } from '../errors.ts';
import { accept } from '../executions/accept.ts';
import type { Platform } from '../platform.ts';
import type { SubscriptionRecord } from '../store/subscriptions.ts';
import { anchorsFor, storedPattern } from './anchors.ts';
import { envelopeOf } from './envelope.ts';
import type { PlatformEvent } from './event-bus.ts';

/**
 * Starts every workflow that waits for such an event; answers the executions. May be called again with the same event:
 * there is one execution for an event and a trigger. Rejects when one could not be stored, having tried them all; the event
 * is then to be dispatched again.
 */
export const dispatchEvent = async (platform: Platform, event: PlatformEvent): Promise<string[]> => {
  const envelope = envelopeOf(event);
  // Everybody's subscriptions hold the owner's too.
  const ownerId = event.shared ? null : event.ownerId;
  const started: string[] = [];
  const failures: unknown[] = [];
  for (const anchor of anchorsFor(envelope)) {
    let cursor: string | null = null;
    do {
      const page: Candidates = await platform.stores.subscriptions.candidates(ownerId, anchor, cursor);
      const fitting = page.data.filter(({ pattern }) => storedPattern(pattern).matches(envelope));
      const results = await Promise.allSettled(fitting.map((each) => start(platform, event, envelope, each)));
      for (const result of results) {
        if (result.status === 'rejected') failures.push(result.reason);
        else if (result.value !== null) started.push(result.value);
      }
      cursor = page.cursor;
    } while (cursor !== null);
  }
  if (failures.length > 0) throw failures[0];
  return started;
};

type Candidates = Awaited<ReturnType<Platform['stores']['subscriptions']['candidates']>>;

/** Null where workflows have started one another too often: it would be refused again and again. */
const start = async (
  platform: Platform,
  event: PlatformEvent,
  envelope: ReturnType<typeof envelopeOf>,
  { workflowId, nodeId, ownerId, workflowVersionId, version, lifetime }: SubscriptionRecord,
): Promise<string | null> => {
  try {
    const { record } = await accept(platform, {
      workflow: { id: workflowId, createdBy: ownerId },
      version: { id: workflowVersionId, version },
      triggerNodeId: nodeId,
      triggerType: 'event',
      triggerDetail: `${event.source} ${event.detailType} ${event.id}`,
      items: [{ json: envelope }],
      mode: 'production',
      lifetime,
      hops: String(event.hops),
      // Ids are the sender's: those of two owners may be the same.
      delivery: { source: `event ${workflowId} ${nodeId}`, key: `${event.ownerId} ${event.id}` },
    });
    await platform.orchestrator.poke(record.id);
    return record.id;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'execution.tooManyHops')) throw error;
    platform.log({ level: 'warn', message: 'event went in a circle', workflowId, eventId: event.id });
    return null;
  }
};
