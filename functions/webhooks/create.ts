import type { Definition } from '../../engine/definition.ts';
import { authenticationProblems } from '../../engine/triggers/webhook-authentication.ts';
import { createWebhook } from '../../shared/contracts/webhooks.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { lifetimeOf } from '../../shared/store/lifetime-of.ts';
import { newHookToken, randomHookId, slugHookId } from '../../shared/store/webhook-publication.ts';
import { checkSecret, sealSecret } from '../../shared/webhooks/secret.ts';
import { viewOf } from '../../shared/webhooks/view.ts';
import { versionOf, writableWorkflow } from '../../shared/workflows/access.ts';
import { publicationOf } from '../../shared/workflows/publication.ts';

export const create = defineHandler(createWebhook, async ({ body, caller, platform }) => {
  const { workflowId, nodeId, name, method, path, slug, authentication, secret } = body;
  const { id } = await writableWorkflow({ caller, platform }, workflowId);
  refuseOddAuthentication(authentication);
  if (secret !== undefined) checkSecret(authentication, secret);
  const made = authentication.kind === 'token' ? newHookToken() : null;
  const authSecret =
    secret === undefined ? null : await sealSecret(platform, { workflowId: id, nodeId }, secret);
  const webhook = await platform.stores.workflows.addWebhook(id, async (workflow) => {
    const number = workflow.publishedVersion ?? workflow.version;
    const version = await versionOf(platform, id, number);
    const node = webhookNode(version.definition, nodeId);
    return {
      workflowId: id,
      ownerId: workflow.createdBy,
      nodeId,
      name,
      madeBy: 'resource',
      path,
      method,
      authEnabled: authentication.kind !== 'none',
      authentication,
      authToken: made?.hash ?? null,
      authSecret,
      hookId: slug === undefined ? randomHookId() : slugHookId(workflow.createdBy, slug),
      workflowVersionId: version.id,
      version: number,
      lifetime: lifetimeOf(version.definition),
      responseMode: node.responseMode,
      settings: node.settings,
      isEnabled: true,
      isActive: workflow.publishedVersion !== null,
    };
  });
  return {
    body: { ...viewOf(platform, webhook), token: made?.token ?? null },
    etag: webhook.revision,
  };
});

/** What the node says of its calls; throws where it is no webhook trigger. */
const webhookNode = (definition: Definition, nodeId: string) => {
  const [node] = publicationOf(definition).webhooks.filter((hook) => hook.nodeId === nodeId);
  if (node) return node;
  throw new AppError('request.invalid', `The version has no webhook trigger with the id "${nodeId}".`, {
    errors: [{ pointer: '/nodeId', message: 'must be the id of a webhook trigger that is switched on' }],
  });
};

export const refuseOddAuthentication = (
  authentication: Parameters<typeof authenticationProblems>[0],
): void => {
  const problems = authenticationProblems(authentication);
  if (problems.length === 0) return;
  throw new AppError('request.invalid', `authentication${problems[0]?.pointer} ${problems[0]?.message}.`, {
    errors: problems.map(({ pointer, message }) => ({ pointer: `/authentication${pointer}`, message })),
  });
};
