import { runWorkflow } from '../../shared/contracts/workflows.ts';
import { accept } from '../../shared/executions/accept.ts';
import { HOPS_HEADER } from '../../shared/executions/counted-http.ts';
import { started } from '../../shared/executions/detail.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { lifetimeOf } from '../../shared/store/lifetime-of.ts';
import { ownedBy, versionNumber, versionOf, writableWorkflow } from '../../shared/workflows/access.ts';
import { refuseInvalid } from '../../shared/workflows/draft.ts';
import { manualTrigger } from '../../shared/workflows/triggers.ts';

export const run = defineHandler(
  runWorkflow,
  async ({ params, query, body, headers, caller, platform, idOf }) => {
    const workflow = await writableWorkflow({ caller, platform }, params.workflowId);
    const version = await versionOf(platform, workflow.id, versionNumber(workflow, body.version));
    await refuseInvalid(version.definition, ownedBy(platform, workflow));
    const { record } = await accept(platform, {
      id: idOf('exec'),
      workflow,
      version,
      triggerNodeId: manualTrigger(version.definition),
      lifetime: lifetimeOf(version.definition),
      triggerType: 'manual',
      triggeredBy: caller.userId,
      items: body.items ?? [{ json: {} }],
      // What is not published is tried out: it uses the items pinned to its nodes.
      mode: version.version === workflow.publishedVersion ? 'production' : 'test',
      hops: headers[HOPS_HEADER],
    });
    const answerBy = platform.clock.now() + query.wait * 1_000;
    if (query.wait > 0) await platform.orchestrator.run(record.id, answerBy);
    else await platform.orchestrator.poke(record.id);
    return started(platform, record.id, answerBy);
  },
);
