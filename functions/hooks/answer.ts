import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { makeFiles } from '../../engine/files.ts';
import type { WorkflowResponse } from '../../engine/interpreter/event.ts';
import type { BinaryRef, Item } from '../../engine/item.ts';
import { wholeFile } from '../../engine/nodes/file-content.ts';
import { resultUrl } from '../../shared/auth/result-link.ts';
import { AppError } from '../../shared/errors.ts';
import type { Answer } from '../../shared/executions/answer.ts';
import { MAX_BODY_BYTES } from '../../shared/http/json-body.ts';
import type { Platform } from '../../shared/platform.ts';
import { portInClass } from '../../shared/store/lifetime.ts';
import type { HookSettings, WebhookRecord } from '../../shared/store/webhook-row.ts';
import { answerOf, asJson, asText, json } from './response.ts';

/** How whoever called is to be answered. */
export interface Manner {
  readonly responseMode: WebhookRecord['responseMode'];
  readonly settings: Pick<HookSettings, 'status' | 'headers' | 'body' | 'data'>;
}

/** To a caller who does not wait. */
export const atOnce = ({ settings }: Manner, executionId: string): APIGatewayProxyStructuredResultV2 => {
  const { status = 202, headers, body = { executionId } } = settings;
  return answerOf(status, headers, typeof body === 'string' ? asText(body) : asJson(body));
};

/** To a caller who waited: what the journal says by now, in the words of HTTP. */
export const inHttp = async (
  platform: Platform,
  { responseMode, settings }: Manner,
  { executionId, answer }: { readonly executionId: string; readonly answer: Answer },
): Promise<APIGatewayProxyStructuredResultV2> => {
  switch (answer.kind) {
    case 'responded':
      return fromWorkflow(platform, executionId, answer.response);
    case 'completed':
      // A workflow that was to write its answer and did not get there has none to give; its data stays its own.
      if (responseMode !== 'lastNode') return json(200, { executionId, status: 'completed' });
      return fromItems(platform, executionId, settings, answer.output);
    case 'unfinished': {
      const url = await resultUrl(platform, executionId);
      return json(202, { executionId, resultUrl: url }, { location: url, 'retry-after': '2' });
    }
    case 'cancelled':
      throw new AppError('workflow.failed', `Execution ${executionId} was cancelled.`);
    case 'failed':
      throw new AppError('workflow.failed', `Execution ${executionId} failed. Its owner can see why.`);
  }
};

/** The answer a node has written. */
const fromWorkflow = async (
  platform: Platform,
  executionId: string,
  { status, headers, body }: WorkflowResponse,
): Promise<APIGatewayProxyStructuredResultV2> => {
  if (body.kind === 'file') return fromFile(platform, executionId, { status, headers, file: body.file });
  return answerOf(status, headers, body.kind === 'json' ? asJson(body.value) : asText(body.value));
};

const fromItems = async (
  platform: Platform,
  executionId: string,
  { status = 200, headers, data }: Manner['settings'],
  items: readonly Item[],
): Promise<APIGatewayProxyStructuredResultV2> => {
  const all = items.map((item) => item.json);
  const [first = {}, ...more] = all;
  switch (data) {
    case 'none':
      return answerOf(status, headers, null);
    case 'first':
      return answerOf(status, headers, asJson(first));
    case 'all':
      return answerOf(status, headers, asJson(all));
    case 'auto':
      return answerOf(status, headers, asJson(all.length > 0 && more.length === 0 ? first : all));
    case 'file': {
      const file = items.flatMap(({ binary }) => Object.values(binary ?? {}))[0];
      if (file) return fromFile(platform, executionId, { status, headers, file });
      throw new AppError('workflow.failed', `Execution ${executionId} ended without a file to answer with.`);
    }
  }
};

/** To be kept by whoever gets it, and not shown by a browser, unless the workflow says otherwise. */
const fromFile = async (
  { stores, payloads, random }: Platform,
  executionId: string,
  answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly file: BinaryRef;
  },
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { file } = answer;
  if (file.size > MAX_BODY_BYTES) {
    throw new AppError('workflow.failed', `The workflow's answer is larger than ${MAX_BODY_BYTES} bytes.`);
  }
  const execution = await stores.executions.get(executionId);
  const files = makeFiles(
    { payloads: portInClass(payloads, execution?.lifetime ?? 'long'), random },
    executionId,
  );
  const bytes = await wholeFile(files, file, MAX_BODY_BYTES);
  const name = encodeURIComponent(file.fileName ?? 'file');
  return answerOf(
    answer.status,
    { 'content-disposition': `attachment; filename*=UTF-8''${name}`, ...answer.headers },
    { mediaType: file.mediaType, body: bytes },
  );
};
