import { notFound } from '../../shared/auth/visibility.ts';
import { getCapturedCall, listenForWebhook } from '../../shared/contracts/test-webhook.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownedBy, versionOf, writableWorkflow } from '../../shared/workflows/access.ts';
import { refuseInvalid } from '../../shared/workflows/draft.ts';
import { hookUrl } from '../../shared/workflows/hook-url.ts';
import { publicationOf } from '../../shared/workflows/publication.ts';

export const listen = defineHandler(listenForWebhook, async ({ params, body, caller, platform }) => {
  const workflow = await writableWorkflow({ caller, platform }, params.workflowId);
  const { definition, version } = await versionOf(platform, workflow.id, body.version ?? workflow.version);
  await refuseInvalid(definition, ownedBy(platform, workflow));
  const { webhooks } = publicationOf(definition);
  const nodeId = body.nodeId ?? webhooks[0]?.nodeId;
  const [hook, ...others] = webhooks.filter((each) => each.nodeId === nodeId);
  if (!hook) {
    throw new AppError('request.invalid', 'The version has no such webhook trigger that is switched on.', {
      errors: [{ pointer: '/nodeId', message: 'must be the id of a webhook trigger that is switched on' }],
    });
  }
  const id = `test_${platform.random.id()}`;
  const listener = {
    id,
    workflowId: workflow.id,
    version,
    nodeId: hook.nodeId,
    path: hook.path,
    methods: [hook, ...others].map(({ method }) => method),
    allowedOrigins: hook.settings.allowedOrigins,
    runs: body.run,
    expiresAt: new Date(platform.clock.now() + body.seconds * 1_000).toISOString(),
    items: null,
    executionId: null,
  };
  await platform.stores.hookListeners.put(listener);
  return { body: { ...listener, url: hookUrl(platform.config.hooksUrl, id, hook.path) } };
});

const LOOK_MILLISECONDS = 500;

export const captured = defineHandler(getCapturedCall, async ({ params, query, caller, platform }) => {
  const { id } = await writableWorkflow({ caller, platform }, params.workflowId);
  const until = platform.clock.now() + query.wait * 1_000;
  for (;;) {
    const listener = await platform.stores.hookListeners.get(params.listenerId);
    if (listener?.workflowId !== id) throw notFound('listener');
    const left = until - platform.clock.now();
    if (listener.items !== null || left <= 0) {
      const state = listener.items === null ? ('waiting' as const) : ('called' as const);
      return { body: { ...listener, state } };
    }
    await platform.clock.sleep(Math.min(left, LOOK_MILLISECONDS), new AbortController().signal);
  }
});
