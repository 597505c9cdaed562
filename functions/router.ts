import type { Handler } from '../shared/http/define-handler.ts';
import { aiHandlers } from './ai/handlers.ts';
import { aiModelHandlers } from './ai-models/handlers.ts';
import { apiKeyHandlers } from './api-keys/handlers.ts';
import { authHandlers } from './auth/handlers.ts';
import { credentialHandlers } from './credentials/handlers.ts';
import { docsHandlers } from './docs/handlers.ts';
import { eventHandlers } from './events/handlers.ts';
import { executionHandlers } from './executions/handlers.ts';
import { healthHandlers } from './health/handlers.ts';
import { meHandlers } from './me/handlers.ts';
import { nodeCategoryHandlers } from './node-categories/handlers.ts';
import { nodeHandlers } from './nodes/handlers.ts';
import { operationsHandlers } from './operations/handlers.ts';
import { scheduleHandlers } from './schedules/handlers.ts';
import { setupHandlers } from './setup/handlers.ts';
import { statsHandlers } from './stats/handlers.ts';
import { templateHandlers } from './templates/handlers.ts';
import { userHandlers } from './users/handlers.ts';
import { variableHandlers } from './variables/handlers.ts';
import { webhookHandlers } from './webhooks/handlers.ts';
import { workflowHandlers } from './workflows/handlers.ts';

/** The whole API: on one machine one process serves it all. */
export const allHandlers: readonly Handler[] = [
  ...setupHandlers,
  ...authHandlers,
  ...meHandlers,
  ...userHandlers,
  ...apiKeyHandlers,
  ...credentialHandlers,
  ...variableHandlers,
  ...workflowHandlers,
  ...webhookHandlers,
  ...scheduleHandlers,
  ...eventHandlers,
  ...executionHandlers,
  ...nodeHandlers,
  ...aiModelHandlers,
  ...aiHandlers,
  ...templateHandlers,
  ...nodeCategoryHandlers,
  ...healthHandlers,
  ...docsHandlers,
  ...operationsHandlers,
  ...statsHandlers,
];
