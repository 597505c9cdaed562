import { testWorkflow } from '../../shared/contracts/tests.ts';
import { accept } from '../../shared/executions/accept.ts';
import { HOPS_HEADER } from '../../shared/executions/counted-http.ts';
import { started } from '../../shared/executions/detail.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { lifetimeOf } from '../../shared/store/lifetime-of.ts';
import { ownedBy, versionNumber, versionOf, writableWorkflow } from '../../shared/workflows/access.ts';
import { draftOf, refuseInvalid } from '../../shared/workflows/draft.ts';
import { testPart } from '../../shared/workflows/test-part.ts';

export const test = defineHandler(
  testWorkflow,
  async ({ params, query, body, headers, caller, platform, idOf }) => {
    const answerBy = platform.clock.now() + query.wait * 1_000;
    const workflow = await writableWorkflow({ caller, platform }, params.workflowId);
    const version = await versionOf(platform, workflow.id, versionNumber(workflow, body.version));
    const owned = ownedBy(platform, workflow);
    const written = body.definition ? (await draftOf(body.definition, owned)).definition : version.definition;
    const { definition, triggerNodeId, items } = testPart(written, body);
    await refuseInvalid(definition, owned);

    const id = idOf('exec');
    const lifetime = lifetimeOf(definition);
    await platform.stores.executions.putDefinition({ id, lifetime }, definition);
    await accept(platform, {
      id,
      workflow,
      version,
      hasOwnDefinition: true,
      lifetime,
      triggerNodeId,
      triggerType: 'manual',
      triggerDetail: 'test',
      triggeredBy: caller.userId,
      items,
      mode: 'test',
      hops: headers[HOPS_HEADER],
    });
    if (query.wait > 0) await platform.orchestrator.run(id, answerBy);
    else await platform.orchestrator.poke(id);
    return started(platform, id, answerBy);
  },
);
