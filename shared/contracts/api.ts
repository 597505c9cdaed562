import { aiRoutes } from './ai.ts';
import { aiModelRoutes } from './ai-models.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { authRoutes } from './auth.ts';
import { bulkRoutes } from './bulk.ts';
import { credentialRoutes } from './credentials.ts';
import { eventRoutes } from './events.ts';
import { executionRoutes } from './executions.ts';
import { meRoutes } from './me.ts';
import { nodeRoutes } from './nodes.ts';
import { operationsRoutes } from './operations.ts';
import { packageRoutes } from './packages.ts';
import { platformRoutes } from './platform.ts';
import { retryRoutes } from './retries.ts';
import type { Route } from './route.ts';
import { scheduleRoutes } from './schedules.ts';
import { setupRoutes } from './setup.ts';
import { statsRoutes } from './stats.ts';
import { templateRoutes } from './templates.ts';
import { testWebhookRoutes } from './test-webhook.ts';
import { testRoutes } from './tests.ts';
import { userRoutes } from './users.ts';
import { variableRoutes } from './variables.ts';
import { webhookRoutes } from './webhooks.ts';
import { workflowRoutes } from './workflows.ts';

/** Every operation there is. What is not here does not exist. */
export const ROUTES: readonly Route[] = [
  ...setupRoutes,
  ...authRoutes,
  ...meRoutes,
  ...userRoutes,
  ...apiKeyRoutes,
  ...credentialRoutes,
  ...variableRoutes,
  ...workflowRoutes,
  ...packageRoutes,
  ...testRoutes,
  ...testWebhookRoutes,
  ...webhookRoutes,
  ...scheduleRoutes,
  ...eventRoutes,
  ...executionRoutes,
  ...retryRoutes,
  ...bulkRoutes,
  ...statsRoutes,
  ...nodeRoutes,
  ...aiModelRoutes,
  ...aiRoutes,
  ...templateRoutes,
  ...operationsRoutes,
  ...platformRoutes,
];
