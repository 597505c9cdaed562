import type { Platform } from '../platform.ts';
import { slugOf } from '../store/webhook-publication.ts';
import type { WebhookRecord } from '../store/webhook-row.ts';
import { hookUrl } from '../workflows/hook-url.ts';

/** Whether calls are refused because there is nothing yet to check them by. */
export const needsSecret = ({ authentication, authToken, authSecret }: WebhookRecord): boolean =>
  ({ none: false, token: authToken === null, basic: authSecret === null, hmac: authSecret === null })[
    authentication.kind
  ];

/** A webhook as its owner sees it: never what it authenticates by. */
export const viewOf = ({ config }: Platform, hook: WebhookRecord) => ({
  ...hook,
  slug: slugOf(hook.hookId),
  url: hookUrl(config.hooksUrl, hook.hookId, hook.path),
  needsSecret: needsSecret(hook),
});
