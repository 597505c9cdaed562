import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { accept, runForAnswer, type Start } from '../../shared/executions/accept.ts';
import { HOPS_HEADER } from '../../shared/executions/counted-http.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import type { Platform } from '../../shared/platform.ts';
import { atOnce, inHttp, type Manner } from './answer.ts';

/** The gateway lets go at 29 s; whoever waits here gets the address of the result before that. */
const ANSWER_MILLISECONDS = 25_000;

/** Starts a workflow for somebody who has called, and answers as the trigger says. */
export const startForCaller = async (
  platform: Platform,
  exchange: Exchange,
  manner: Manner,
  {
    hookId,
    ...given
  }: Omit<Start, 'triggerType' | 'triggerDetail' | 'responseMode' | 'hops'> & {
    readonly hookId: string;
  },
): Promise<APIGatewayProxyStructuredResultV2> => {
  const start: Start = {
    ...given,
    triggerType: 'webhook',
    triggerDetail: `${exchange.method} /hooks/${hookId}`,
    responseMode: manner.responseMode,
    hops: exchange.headers[HOPS_HEADER],
  };
  if (manner.responseMode === 'immediately') {
    const { record } = await accept(platform, start);
    await platform.orchestrator.poke(record.id);
    return atOnce(manner, record.id);
  }
  const run = await runForAnswer(platform, start, exchange.startedAt + ANSWER_MILLISECONDS);
  return inHttp(platform, manner, run);
};
