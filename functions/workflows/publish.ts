import { publishWorkflow } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { isInLine } from '../../shared/schedules/in-line.ts';
import { needsSecret } from '../../shared/webhooks/view.ts';
import { writableWorkflow } from '../../shared/workflows/access.ts';
import { hookUrl } from '../../shared/workflows/hook-url.ts';
import { publishVersion } from '../../shared/workflows/publish.ts';

export const publish = defineHandler(publishWorkflow, async ({ params, body, caller, platform, ifMatch }) => {
  const before = await writableWorkflow({ caller, platform }, params.workflowId);
  const { workflow, webhooks, tokens, schedules } = await publishVersion(
    platform,
    before,
    body.version ?? before.version,
    ifMatch,
  );
  return {
    body: {
      workflow,
      webhooks: webhooks.map((hook) => ({
        ...hook,
        url: hookUrl(platform.config.hooksUrl, hook.hookId, hook.path),
        token: tokens.get(hook.id) ?? null,
        needsSecret: needsSecret(hook),
      })),
      schedules: schedules.map((schedule) => ({ ...schedule, inLine: isInLine(schedule) })),
    },
    etag: workflow.revision,
  };
});
