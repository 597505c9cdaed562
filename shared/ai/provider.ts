import type {
  AiUsage,
  ChatAnswer,
  ChatRequest,
  EmbedRequest,
  ImageRequest,
  MadeBytes,
  SpeechRequest,
  TranscribeRequest,
} from '../../engine/ai/port.ts';
import { NodeError } from '../../engine/errors.ts';
import type { AiModel } from './model.ts';

/** One way to call models. What it does not offer it leaves out. Throws NodeError `ai.…`. */
export interface AiProvider {
  chat?(model: AiModel, request: ChatRequest): Promise<ChatAnswer>;
  embed?(model: AiModel, request: EmbedRequest): Promise<{ vectors: number[][]; usage: AiUsage }>;
  image?(model: AiModel, request: ImageRequest): Promise<MadeBytes>;
  speak?(model: AiModel, request: SpeechRequest): Promise<MadeBytes>;
  transcribe?(model: AiModel, request: TranscribeRequest): Promise<{ text: string; usage: AiUsage }>;
}

/** An answer that is not what its own documentation says. Another attempt may give a better one. */
export const oddAnswer = (model: AiModel, what: string): NodeError =>
  new NodeError('ai.failed', `${model.modelId} gave an answer that cannot be read: ${what}.`, {
    retryable: true,
  });
