import { updateWebhook } from '../../shared/contracts/webhooks.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { newHookToken } from '../../shared/store/webhook-publication.ts';
import type { WebhookRecord } from '../../shared/store/webhook-row.ts';
import { checkSecret, sealSecret } from '../../shared/webhooks/secret.ts';
import { viewOf } from '../../shared/webhooks/view.ts';
import { ownWebhook } from './access.ts';
import { refuseOddAuthentication } from './create.ts';

export const update = defineHandler(updateWebhook, async ({ params, body, caller, platform, ifMatch }) => {
  const before = await ownWebhook({ caller, platform }, params.webhookId);
  const { secret, isEnabled, ...own } = body;
  refuseNodesOwn(before, own);
  const authentication = own.authentication ?? before.authentication;
  refuseOddAuthentication(authentication);
  if (secret !== undefined) checkSecret(authentication, secret);
  const isOther = authentication.kind !== before.authentication.kind;
  const made = isOther && authentication.kind === 'token' ? newHookToken() : null;
  const kept = isOther ? { authToken: made?.hash ?? null, authSecret: null } : {};
  const sealed = secret === undefined ? {} : { authSecret: await sealSecret(platform, before, secret) };
  const workflow = await platform.stores.workflows.get(before.workflowId);
  const enabled = isEnabled ?? before.isEnabled;
  const after = await platform.stores.webhooks.update(
    before.id,
    {
      ...own,
      authEnabled: authentication.kind !== 'none',
      isEnabled: enabled,
      ...(isEnabled === undefined
        ? {}
        : { isActive: enabled && isServed(before, workflow?.publishedVersion) }),
    },
    ifMatch ?? undefined,
    { ...kept, ...sealed },
  );
  return { body: { ...viewOf(platform, after), token: made?.token ?? null }, etag: after.revision };
});

/** Published, and with its node in the version. */
const isServed = ({ version }: WebhookRecord, published: number | null | undefined): boolean =>
  version === published;

const refuseNodesOwn = ({ madeBy }: WebhookRecord, own: object): void => {
  const [name] = Object.keys(own);
  if (madeBy === 'resource' || name === undefined) return;
  throw new AppError(
    'resource.conflict',
    `"${name}" comes from the trigger node. Change the node and publish, or make a further webhook.`,
  );
};
