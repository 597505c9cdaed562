import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { AppError } from '../../shared/errors.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import type { Platform } from '../../shared/platform.ts';
import type { WebhookRecord } from '../../shared/store/webhook-row.ts';
import {
  type CrossOriginRoute,
  corsHeaders,
  preflightHeaders,
} from '../../shared/webhooks/access-control.ts';
import { noteUnreadable } from '../../shared/webhooks/note-refusal.ts';
import { matchPath } from '../../shared/workflows/path-pattern.ts';
import { admit } from './admit.ts';
import { isWanted } from './filter.ts';
import { listen, listenerRoutes } from './listen.ts';
import { deliveryOf } from './repeat.ts';
import { filesOf, withFiles } from './request-files.ts';
import { bytesOf, readRequest } from './request-item.ts';
import { startForCaller } from './start.ts';

const PATH = /^\/hooks\/([A-Za-z0-9_~-]{1,128})(?:\/(.*))?$/s;

/** A delivery to a webhook: found by one read, on disk before anything is answered. */
export const receive = async (
  platform: Platform,
  exchange: Exchange,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const [, hookId, rest = ''] = PATH.exec(exchange.path) ?? [];
  if (hookId === undefined) throw noSuchHook();
  if (exchange.method === 'OPTIONS') return tellMethods(platform, exchange, hookId);
  let hook = await platform.stores.webhooks.route(exchange.method, hookId);
  if (!hook) {
    const test = await listen(platform, exchange, hookId, rest);
    if (test) return test;
    hook = await publishedMeanwhile(platform, exchange, hookId);
  }
  const params = matchPath(hook.path, rest);
  if (!params) throw noSuchHook();
  Object.assign(exchange.answerHeaders, corsHeaders(hook, exchange.headers.origin));

  const sender = await admit(platform, hook, exchange, () => bytesOf(exchange));
  const request = await readFrom(platform, hook, () =>
    readRequest(exchange, { rest, params }, sender.secretHeaders),
  );
  if (!(await isWanted(platform, hook, request.item))) return { statusCode: 204 };
  const delivery = await deliveryOf(platform, { hook, exchange, item: request.item, once: sender.once });
  const { id, items } = await withFiles(platform, {
    lifetime: hook.lifetime,
    delivery,
    item: request.item,
    files: filesOf(exchange, request, hook.settings),
  });
  return startForCaller(platform, exchange, hook, {
    id,
    items,
    delivery,
    hookId,
    workflow: { id: hook.workflowId, createdBy: hook.ownerId },
    version: { id: hook.workflowVersionId, version: hook.version },
    triggerNodeId: hook.nodeId,
    mode: 'production',
    lifetime: hook.lifetime,
  });
};

/** What cannot be read is the sender's to mend; the owner sees why. */
const readFrom = async <T>(platform: Platform, hook: WebhookRecord, read: () => T): Promise<T> => {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof AppError) await noteUnreadable(platform, hook, thrown.message);
    throw thrown;
  }
};

const tellMethods = async (
  platform: Platform,
  exchange: Exchange,
  hookId: string,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const published = await platform.stores.webhooks.routes(hookId);
  const routes = published.length > 0 ? published : await listenerRoutes(platform, hookId);
  if (routes.length === 0) throw noSuchHook();
  const { origin, ...headers } = exchange.headers;
  const asked = {
    origin,
    method: headers['access-control-request-method'],
    headers: headers['access-control-request-headers'],
  };
  return { statusCode: 204, headers: { allow: allow(routes), ...preflightHeaders(routes, asked) } };
};

/** What takes the method after all, as it was published just now; refuses it where others are taken. */
const publishedMeanwhile = async (
  platform: Platform,
  exchange: Exchange,
  hookId: string,
): Promise<WebhookRecord> => {
  const routes = await platform.stores.webhooks.routes(hookId);
  if (routes.length === 0) throw noSuchHook();
  const taken = routes.find(({ method }) => method === exchange.method);
  if (taken) return taken;
  exchange.answerHeaders.allow = allow(routes);
  const methods = routes.map(({ method }) => method).join(', ');
  throw new AppError('route.methodNotAllowed', `This webhook takes ${methods}.`);
};

const allow = (routes: readonly CrossOriginRoute[]): string =>
  [...routes.map(({ method }) => method), 'OPTIONS'].join(', ');

/** The same for a hook that never was, one that is switched off and one whose path does not fit. */
const noSuchHook = (): AppError =>
  new AppError('webhook.notFound', 'There is no webhook at this address, or its workflow is not published.');
