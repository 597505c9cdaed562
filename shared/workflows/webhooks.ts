import { z } from 'zod';
import type { Definition } from '../../engine/definition.ts';
import { nodeTypes } from '../../engine/index.ts';
import type { NewWebhook } from '../store/webhooks.ts';
import { triggersOf } from './triggers.ts';

/** What every node type that is a webhook trigger has among its parameters. */
const webhookParameters = z.object({
  path: z.string(),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  respond: z.enum(['immediately', 'lastNode', 'respondNode']),
});

/** The webhooks a definition asks for, one for each trigger of that kind. The definition must be valid. */
export const webhooksOf = (definition: Definition): NewWebhook[] =>
  triggersOf(definition)
    .filter(({ kind }) => kind === 'webhook')
    .map(({ node }) => {
      const complete = nodeTypes.get(node.type)?.parameters.parse(node.parameters);
      const { path, method, respond } = webhookParameters.parse(complete);
      return { nodeId: node.id, path, method, responseMode: respond };
    });

/** Where a webhook listens. Parameters stay as they are written: `…/orders/:id`. */
export const hookUrl = (origin: string, hookId: string, path: string): string => {
  const segments = path.split('/').filter((segment) => segment !== '');
  const written = segments.map((each) => (each.startsWith(':') ? each : encodeURIComponent(each)));
  return [`${origin}/hooks/${hookId}`, ...written].join('/');
};
