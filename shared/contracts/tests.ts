import { z } from 'zod';
import { definitionSchema } from '../../engine/definition.ts';
import { executionDetail, itemsInput, secondsToWait } from './executions.ts';
import { route } from './route.ts';
import { versionChoice, workflowParams } from './workflows.ts';

const nodeId = z.string().min(1).max(64);

const testRequest = z
  .strictObject({
    definition: definitionSchema.optional().describe('An unsaved definition to test instead of a version.'),
    version: versionChoice,
    triggerNodeId: nodeId.optional().describe('Where it begins; the manual trigger if missing.'),
    node: nodeId.optional().describe('Only this node. The nodes before it need pinned items, or `items`.'),
    upTo: nodeId.optional().describe('This node and all that leads to it.'),
    items: itemsInput.optional().describe('What the trigger brings, or what comes to `node`.'),
    pinned: z
      .record(nodeId, itemsInput)
      .default({})
      .describe('Items by node id that take the place of running it, over those of the definition.'),
  })
  .refine(({ node, upTo }) => node === undefined || upTo === undefined, {
    path: ['upTo'],
    message: 'cannot be given together with node',
  });

export const testWorkflow = route({
  id: 'testWorkflow',
  method: 'POST',
  path: '/workflows/{workflowId}/test',
  access: { who: 'user', scope: 'workflow:run' },
  summary: 'Try a draft, one node, or all that leads to a node, with pinned items and without publishing',
  params: workflowParams,
  query: z.strictObject({ wait: secondsToWait }),
  body: testRequest.prefault({}),
  response: executionDetail,
  status: 202,
  alternativeStatus: 200,
  idempotent: true,
  errors: [
    'request.invalid',
    'request.tooLarge',
    'resource.notFound',
    'workflow.invalid',
    'workflow.notPublished',
    'quota.exceeded',
    'execution.tooManyHops',
    'platform.held',
  ],
});

export const testRoutes = [testWorkflow];
