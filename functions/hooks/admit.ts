import { AppError } from '../../shared/errors.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import type { Platform } from '../../shared/platform.ts';
import type { WebhookRecord } from '../../shared/store/webhook-row.ts';
import { isAllowedAddress } from '../../shared/webhooks/allowed-address.ts';
import { authenticateHook } from '../../shared/webhooks/authenticate.ts';
import { noteRefusal } from '../../shared/webhooks/note-refusal.ts';

/** Lets a request in, or throws what its sender is told. Nothing of it has been read but its head and the bytes that are signed. */
export const admit = async (
  platform: Platform,
  hook: WebhookRecord,
  exchange: Exchange,
  body: () => Uint8Array,
): Promise<{ readonly once: string | null; readonly secretHeaders: readonly string[] }> => {
  if (!isAllowedAddress(exchange.sourceIp, hook.settings.allowedAddresses)) {
    await noteRefusal(platform, hook, `the address ${exchange.sourceIp} is not allowed`);
    throw new AppError('webhook.forbidden', 'Calls from your address are not allowed here.');
  }
  const verdict = await authenticateHook(platform, hook, { headers: exchange.headers, body });
  // Behind it: a stranger who knows the address must not use up what others may call.
  if (verdict.allowed) {
    await count(platform, hook);
    return verdict;
  }
  await noteRefusal(platform, hook, verdict.reason);
  exchange.answerHeaders['www-authenticate'] = CHALLENGES[hook.authentication.kind];
  throw new AppError('webhook.unauthorized', REFUSALS[hook.authentication.kind]);
};

/** The same whether something is missing, wrong or out of date: the owner sees which. */
const REFUSALS = {
  none: '',
  token: 'Send the token of this webhook.',
  basic: 'Send the name and password of this webhook.',
  hmac: 'The request is not signed as this webhook wants it, or was signed too long ago.',
} as const;

const CHALLENGES = { none: '', token: 'Bearer', basic: 'Basic realm="webhook"', hmac: 'Signature' } as const;

/** Throws where a limit is set and used up. */
const count = async ({ stores }: Platform, { id, settings }: WebhookRecord): Promise<void> => {
  if (settings.maxPerMinute === undefined) return;
  const { allowed, retryAfter } = await stores.rateLimits.hit(`hook:${id}`, {
    limit: settings.maxPerMinute,
    windowSeconds: 60,
  });
  if (allowed) return;
  const message = `This webhook takes ${settings.maxPerMinute} calls a minute. Try again in ${retryAfter} s.`;
  throw new AppError('webhook.tooManyCalls', message, { retryAfter });
};
