import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { webhookParameters } from '../../engine/triggers/webhook-parameters.ts';
import { accept, runForAnswer } from '../../shared/executions/accept.ts';
import { HOPS_HEADER } from '../../shared/executions/counted-http.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import { newId } from '../../shared/ids.ts';
import type { Platform } from '../../shared/platform.ts';
import type { HookListener } from '../../shared/store/hook-listeners.ts';
import { matchPath } from '../../shared/workflows/path-pattern.ts';
import { atOnce, inHttp } from './answer.ts';
import { readRequest } from './request-item.ts';
import { json } from './response.ts';

const ANSWER_MILLISECONDS = 25_000;

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
  given: { readonly id: string; readonly items: Parameters<typeof accept>[1]['items'] },
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { workflows, workflowVersions } = platform.stores;
  const workflow = await workflows.get(listener.workflowId);
  const version = await workflowVersions.get(listener.workflowId, listener.version);
  const node = version?.definition.nodes.find(({ id }) => id === listener.nodeId);
  if (!workflow || !version || !node) return json(200, { captured: true });
  const { respond, ...settings } = webhookParameters.parse(node.parameters);
  const start = {
    ...given,
    workflow,
    version,
    triggerNodeId: node.id,
    triggerType: 'webhook',
    triggerDetail: `${exchange.method} /hooks/${listener.id}`,
    mode: 'test',
    responseMode: respond,
    hops: exchange.headers[HOPS_HEADER],
  } as const;
  if (respond === 'immediately') {
    await accept(platform, start);
    await platform.orchestrator.poke(given.id);
    return atOnce({ responseMode: respond, settings }, given.id);
  }
  const outcome = await runForAnswer(platform, start, exchange.startedAt + ANSWER_MILLISECONDS);
  return inHttp(platform, { responseMode: respond, settings }, outcome);
};
