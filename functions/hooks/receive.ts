import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { AppError } from '../../shared/errors.ts';
import { accept, runForAnswer, type Start } from '../../shared/executions/accept.ts';
import type { Answer } from '../../shared/executions/answer.ts';
import { HOPS_HEADER } from '../../shared/executions/counted-http.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import type { Platform } from '../../shared/platform.ts';
import { matchPath } from '../../shared/workflows/path-pattern.ts';
import { requestItem } from './request-item.ts';
import { fromItems, fromWorkflow, json } from './response.ts';

/** The gateway lets go at 29 s; whoever waits here gets the status URL before that. */
const ANSWER_MILLISECONDS = 25_000;
const PATH = /^\/hooks\/([A-Za-z0-9_-]{1,128})(?:\/(.*))?$/s;

/** A delivery to a webhook: found by one read, on disk before anything is answered. */
export const receive = async (
  platform: Platform,
  exchange: Exchange,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const [, hookId, rest = ''] = PATH.exec(exchange.path) ?? [];
  if (hookId === undefined) throw noSuchHook();
  if (exchange.method === 'OPTIONS') return tellMethods(platform, hookId);
  const hook = await platform.stores.webhooks.route(exchange.method, hookId);
  if (!hook) return refuseMethod(platform, exchange, hookId);
  const params = matchPath(hook.path, rest);
  if (!params) throw noSuchHook();

  const start: Start = {
    workflow: { id: hook.workflowId, createdBy: hook.ownerId },
    version: { id: hook.workflowVersionId, version: hook.version },
    triggerNodeId: hook.nodeId,
    triggerType: 'webhook',
    triggerDetail: `${exchange.method} /hooks/${hookId}`,
    items: [requestItem(exchange, { rest, params })],
    mode: 'production',
    responseMode: hook.responseMode,
    hops: exchange.headers[HOPS_HEADER],
    delivery: deliveryOf(exchange, hookId),
  };
  if (hook.responseMode === 'immediately') {
    const { record } = await accept(platform, start);
    await platform.orchestrator.poke(record.id);
    return json(202, { executionId: record.id });
  }
  const run = await runForAnswer(platform, start, exchange.startedAt + ANSWER_MILLISECONDS);
  return inHttp(platform, hook.responseMode, run);
};

/** What the journal says by now, in the words of HTTP. */
const inHttp = (
  platform: Platform,
  responseMode: 'lastNode' | 'respondNode',
  { executionId, answer }: { readonly executionId: string; readonly answer: Answer },
): APIGatewayProxyStructuredResultV2 => {
  const statusUrl = `${platform.config.apiUrl}/api/v1/executions/${executionId}`;
  switch (answer.kind) {
    case 'responded':
      return fromWorkflow(answer.response);
    case 'completed':
      // A workflow that was to write its answer and did not get there has none to give; its data stays its own.
      if (responseMode === 'respondNode') return json(200, { executionId, status: 'completed' });
      return fromItems(answer.output);
    case 'unfinished':
      return json(202, { executionId, statusUrl }, { location: statusUrl });
    case 'cancelled':
      throw new AppError('workflow.failed', `Execution ${executionId} was cancelled.`);
    case 'failed':
      throw new AppError('workflow.failed', `Execution ${executionId} failed. Its owner can see why.`);
  }
};

const tellMethods = async (
  platform: Platform,
  hookId: string,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const methods = await platform.stores.webhooks.methods(hookId);
  if (methods.length === 0) throw noSuchHook();
  return { statusCode: 204, headers: { allow: allow(methods) } };
};

const refuseMethod = async (platform: Platform, exchange: Exchange, hookId: string): Promise<never> => {
  const methods = await platform.stores.webhooks.methods(hookId);
  if (methods.length === 0) throw noSuchHook();
  exchange.answerHeaders.allow = allow(methods);
  throw new AppError('route.methodNotAllowed', `This webhook takes ${methods.join(', ')}.`);
};

const allow = (methods: readonly string[]): string => [...methods, 'OPTIONS'].join(', ');

/** A sender that repeats a delivery under its key gets the execution, and the answer, of the first one. */
const deliveryOf = (exchange: Exchange, hookId: string) => {
  const key = exchange.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (/^[\x21-\x7e]{1,256}$/.test(key)) return { source: `${exchange.method} ${hookId}`, key };
  throw new AppError('request.invalid', 'An Idempotency-Key is 1 to 256 visible ASCII characters.', {
    errors: [
      { in: 'header', pointer: '/idempotency-key', message: 'must be 1 to 256 visible ASCII characters' },
    ],
  });
};

/** The same for a hook that never was, one that is switched off and one whose path does not fit. */
const noSuchHook = (): AppError =>
  new AppError('webhook.notFound', 'There is no webhook at this address, or its workflow is not published.');
