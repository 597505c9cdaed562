import {
  type BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  type ConverseCommandOutput,
  InvokeModelCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeError } from '../../../engine/errors.ts';
import type { Json } from '../../../engine/item.ts';
import { refusalName } from './refusal.ts';

/** A conversation with a limit: without one Bedrock reserves the longest answer of the model, and soon there is no quota left. */
export type ConverseRequest = ConverseCommandInput & {
  readonly inferenceConfig: NonNullable<ConverseCommandInput['inferenceConfig']> & {
    readonly maxTokens: number;
  };
};

export interface Bedrock {
  /** Throws NodeError `ai.throttled`, `ai.unavailable`, `ai.accessDenied`, `ai.noSuchModel`, `ai.invalidRequest`, `ai.failed`. */
  converse(request: ConverseRequest, signal: AbortSignal): Promise<ConverseCommandOutput>;
  /** For models that do not converse, as those of images and embeddings: the body is what the model's maker says. */
  invoke(modelId: string, body: Json, signal: AbortSignal): Promise<Json>;
}

/** A client that tries little by itself: the rest is the node's retry policy. */
export const bedrock = (client: BedrockRuntimeClient): Bedrock => ({
  converse: (request, abortSignal) =>
    asked(request.modelId ?? '', abortSignal, () =>
      client.send(new ConverseCommand(request), { abortSignal }),
    ),
  invoke: (modelId, body, abortSignal) =>
    asked(modelId, abortSignal, async () => {
      const command = new InvokeModelCommand({
        modelId,
        body: JSON.stringify(body),
        contentType: 'application/json',
        accept: 'application/json',
      });
      const answer = await client.send(command, { abortSignal });
      return JSON.parse(Buffer.from(answer.body).toString()) as Json;
    }),
});

interface Refusal {
  readonly code: string;
  readonly retryable: boolean;
  readonly says: (modelId: string) => string;
}

const PASSING: Refusal = {
  code: 'ai.unavailable',
  retryable: true,
  says: (modelId) => `${modelId} did not answer; try again.`,
};
const REFUSALS: Readonly<Record<string, Refusal>> = {
  ThrottlingException: {
    code: 'ai.throttled',
    retryable: true,
    says: (modelId) => `The quota of ${modelId} is used up for the moment.`,
  },
  ServiceQuotaExceededException: {
    code: 'ai.throttled',
    retryable: false,
    says: (modelId) => `The quota of ${modelId} is used up. Ask AWS for more, or use another model.`,
  },
  ModelTimeoutException: PASSING,
  ModelNotReadyException: PASSING,
  ServiceUnavailableException: PASSING,
  InternalServerException: PASSING,
  AccessDeniedException: {
    code: 'ai.accessDenied',
    retryable: false,
    says: (modelId) =>
      `${modelId} may not be used. It must be among the Bedrock models of the deployment, and the account must have access to it.`,
  },
  ResourceNotFoundException: {
    code: 'ai.noSuchModel',
    retryable: false,
    says: (modelId) => `There is no model ${modelId} in this region.`,
  },
  ValidationException: {
    code: 'ai.invalidRequest',
    retryable: false,
    says: (modelId) => `${modelId} does not take this request`,
  },
};
const FAILED: Refusal = { code: 'ai.failed', retryable: false, says: (modelId) => `${modelId} failed` };

const asked = async <T>(modelId: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    const { code, retryable, says } = REFUSALS[refusalName(cause)] ?? FAILED;
    const why =
      code === 'ai.invalidRequest' || code === 'ai.failed' ? `: ${String((cause as Error).message)}` : '';
    throw new NodeError(code, `${says(modelId)}${why}`, { retryable, cause });
  }
};
