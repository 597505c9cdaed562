import { webhookParameters } from '../../engine/triggers/webhook-parameters.ts';
import type { Triggers } from '../../shared/store/publishing.ts';
import type { WantedSchedule } from '../../shared/store/schedule-publication.ts';
import type { NewWebhook } from '../../shared/store/webhook-publication.ts';

/** What a version asks for that no trigger starts. */
export const noTriggers: Triggers = { webhooks: [], schedules: [], subscriptions: [] };

/** A webhook as its trigger node asks for it. */
export const aHook = (overrides: Partial<NewWebhook> = {}): NewWebhook => {
  const {
    path,
    method: _method,
    slug: _slug,
    respond,
    authentication,
    ...settings
  } = webhookParameters.parse({});
  return {
    nodeId: 'hook',
    path,
    method: 'POST',
    slug: null,
    responseMode: respond,
    authentication,
    settings,
    ...overrides,
  };
};

/** A schedule as its trigger node asks for it. */
export const aSchedule = (overrides: Partial<WantedSchedule> = {}): WantedSchedule => ({
  nodeId: 'clock',
  position: 0,
  cronExpression: '0 9 * * *',
  timezone: 'UTC',
  overlap: 'allow',
  catchUp: 'skip',
  startsAt: null,
  endsAt: null,
  ...overrides,
});
