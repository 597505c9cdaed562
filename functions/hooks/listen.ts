import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { webhookParameters } from '../../engine/triggers/webhook-parameters.ts';
import type { Start } from '../../shared/executions/accept.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import { newId } from '../../shared/ids.ts';
import type { Platform } from '../../shared/platform.ts';
import type { HookListener } from '../../shared/store/hook-listeners.ts';
import { matchPath } from '../../shared/workflows/path-pattern.ts';
import { readRequest } from './request-item.ts';
import { json } from './response.ts';
import { startForCaller } from './start.ts';

/** A call to an address that listens for one, as it is made to try out a draft. Null where nobody listens. */
export const listen = async (
  platform: Platform,
  exchange: Exchange,
  hookId: string,
  rest: string,
): Promise<APIGatewayProxyStructuredResultV2 | null> => {
  if (!hookId.startsWith('test_')) return null;
  const listener = await platform.stores.hookListeners.get(hookId);
  const params = listener && matchPath(listener.path, rest);
  if (!listener || !params || !listener.methods.includes(exchange.method)) return null;
  const { item } = readRequest(exchange, { rest, params });
  const executionId = listener.runs ? newId('exec') : null;
  const isFirst = await platform.stores.hookListeners.take(hookId, { items: [item], executionId });
  if (!isFirst) return null;
  return executionId === null
    ? json(200, { captured: true })
    : run(platform, exchange, listener, { id: executionId, items: [item] });
};

const run = async (
  platform: Platform,
  exchange: Exchange,
  listener: HookListener,
  given: { readonly id: string; readonly items: Start['items'] },
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { workflows, workflowVersions } = platform.stores;
  const workflow = await workflows.get(listener.workflowId);
  const version = await workflowVersions.get(listener.workflowId, listener.version);
  const node = version?.definition.nodes.find(({ id }) => id === listener.nodeId);
  if (!workflow || !version || !node) return json(200, { captured: true });
  const { respond, ...settings } = webhookParameters.parse(node.parameters);
  return startForCaller(
    platform,
    exchange,
    { responseMode: respond, settings },
    { ...given, hookId: listener.id, workflow, version, triggerNodeId: node.id, mode: 'test' },
  );
};
