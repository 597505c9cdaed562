import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { webhookParameters } from '../../engine/triggers/webhook-parameters.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import type { Platform } from '../../shared/platform.ts';
import type { HookListener } from '../../shared/store/hook-listeners.ts';
import { type CrossOriginRoute, corsHeaders } from '../../shared/webhooks/access-control.ts';
import { matchPath } from '../../shared/workflows/path-pattern.ts';
import { filesOf, withFiles } from './request-files.ts';
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
  const listener = await waitingListener(platform, hookId);
  const params = listener && matchPath(listener.path, rest);
  const [route] = listener ? routesOf(listener).filter(({ method }) => method === exchange.method) : [];
  if (!listener || !params || !route) return null;
  Object.assign(exchange.answerHeaders, corsHeaders(route, exchange.headers.origin));
  const request = readRequest(exchange, { rest, params });
  const test = listener.runs ? await testOf(platform, listener) : null;
  const given = test
    ? await withFiles(platform, {
        lifetime: LIFETIME,
        delivery: undefined,
        item: request.item,
        files: filesOf(exchange, request, test.parameters),
      })
    : { id: null, items: [request.item] };
  const isFirst = await platform.stores.hookListeners.take(listener, {
    items: given.items,
    executionId: given.id,
  });
  if (!isFirst) return null;
  if (test === null || given.id === null) return json(200, { captured: true });
  const { respond, ...settings } = test.parameters;
  return startForCaller(
    platform,
    exchange,
    { responseMode: respond, settings },
    {
      ...test.start,
      id: given.id,
      items: given.items,
      hookId: listener.id,
      mode: 'test',
      lifetime: LIFETIME,
    },
  );
};

/** What a browser may ask of an address that listens, before it calls; nothing where nobody listens any more. */
export const listenerRoutes = async (
  platform: Platform,
  hookId: string,
): Promise<readonly CrossOriginRoute[]> => {
  const listener = await waitingListener(platform, hookId);
  return listener ? routesOf(listener) : [];
};

const routesOf = ({ methods, allowedOrigins }: HookListener): readonly CrossOriginRoute[] =>
  methods.map((method) => ({ method, settings: { allowedOrigins: [...allowedOrigins] } }));

const waitingListener = async ({ stores }: Platform, hookId: string): Promise<HookListener | null> => {
  if (!hookId.startsWith('test_')) return null;
  const listener = await stores.hookListeners.get(hookId);
  return listener?.items === null ? listener : null;
};

/** A test may wait. */
const LIFETIME = 'long';

/** The version that the call is to run; null where it has gone meanwhile, so that the call is only kept. */
const testOf = async ({ stores }: Platform, listener: HookListener) => {
  const workflow = await stores.workflows.get(listener.workflowId);
  const version = await stores.workflowVersions.get(listener.workflowId, listener.version);
  const node = version?.definition.nodes.find(({ id }) => id === listener.nodeId);
  if (!workflow || !version || !node) return null;
  return {
    start: { workflow, version, triggerNodeId: node.id },
    parameters: webhookParameters.parse(node.parameters),
  };
};
