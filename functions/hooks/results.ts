import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { webhookParameters } from '../../engine/triggers/webhook-parameters.ts';
import { resultLinkVerifier } from '../../shared/auth/result-link.ts';
import { AppError } from '../../shared/errors.ts';
import { readAnswer } from '../../shared/executions/answer.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import type { Platform } from '../../shared/platform.ts';
import type { ExecutionRecord } from '../../shared/store/execution-record.ts';
import { inHttp, type Manner } from './answer.ts';

const PATH = /^\/results\/([\w-]{1,64}\.[\w-]{1,128})$/;

/** The answer of an execution whose caller could not wait for it: as it would have been, once it is there. */
export const makeResults = (platform: Platform) => {
  const verify = resultLinkVerifier(platform.tokens);
  return async (exchange: Exchange): Promise<APIGatewayProxyStructuredResultV2> => {
    if (exchange.method !== 'GET') {
      exchange.answerHeaders.allow = 'GET';
      throw new AppError('route.methodNotAllowed', 'A result is read with GET.');
    }
    const executionId = await verify(PATH.exec(exchange.path)?.[1] ?? '');
    const execution = executionId === null ? null : await platform.stores.executions.get(executionId);
    if (!execution)
      throw new AppError('resource.notFound', 'There is no such result, or it is kept no longer.');
    const answer = await readAnswer(platform, execution.id);
    return inHttp(platform, await mannerOf(platform, execution), { executionId: execution.id, answer });
  };
};

/** As the version says that was run. */
const mannerOf = async ({ stores }: Platform, execution: ExecutionRecord): Promise<Manner> => {
  const version = await stores.workflowVersions.get(execution.workflowId, execution.version);
  const node = version?.definition.nodes.find(({ id }) => id === execution.triggerNodeId);
  const { respond, ...settings } = webhookParameters.parse(node?.parameters ?? {});
  return { responseMode: respond, settings };
};
