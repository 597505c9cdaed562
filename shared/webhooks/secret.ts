import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { WebhookRecord } from '../store/webhook-row.ts';

/** What signatures are made with, or a name and password. */
export type WebhookSecret = string | { readonly username: string; readonly password: string };

/** Bound to the trigger node, whose methods share it and which keeps it when its address or its owner changes. */
const contextOf = ({ workflowId, nodeId }: Pick<WebhookRecord, 'workflowId' | 'nodeId'>) => ({
  purpose: 'webhook',
  workflowId,
  nodeId,
});

export const sealSecret = (
  { vault }: Platform,
  hook: Pick<WebhookRecord, 'workflowId' | 'nodeId'>,
  secret: WebhookSecret,
): Promise<string> => vault.seal(secret, contextOf(hook));

/** Null when none is set. */
export const openSecret = async ({ vault }: Platform, hook: WebhookRecord): Promise<WebhookSecret | null> =>
  hook.authSecret === null ? null : ((await vault.open(hook.authSecret, contextOf(hook))) as WebhookSecret);

/** Throws for a secret that does not suit the way its webhook authenticates. */
export const checkSecret = (authentication: WebhookRecord['authentication'], secret: WebhookSecret): void => {
  const wanted = {
    hmac: typeof secret === 'string' ? null : 'must be the text that signatures are made with',
    basic: typeof secret === 'string' ? 'must be an object with username and password' : null,
    token: 'cannot be set: a token is made by rotating it',
    none: 'cannot be set: this webhook has no authentication',
  }[authentication.kind];
  if (wanted === null) return;
  throw new AppError('request.invalid', `The secret ${wanted}.`, {
    errors: [{ pointer: '/secret', message: wanted }],
  });
};
