import type { Json, JsonObject } from '../item.ts';

/** What calls to models have taken. US$ are those of the model's price list; null when it has none. */
export interface AiUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input tokens: those that came out of the provider's cache. */
  readonly cachedTokens: number;
  readonly costUsd: number | null;
}

export type ChatPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly mediaType: string; readonly bytes: Uint8Array }
  | ToolUse
  | { readonly kind: 'toolResult'; readonly id: string; readonly content: Json; readonly isError: boolean };

export interface ToolUse {
  readonly kind: 'toolUse';
  readonly id: string;
  readonly name: string;
  readonly input: Json;
  /** The model wrote something that is no JSON: this, and `input` is null. */
  readonly malformed?: string;
}

export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly parts: readonly ChatPart[];
}

export interface ChatTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input, an object. */
  readonly schema: JsonObject;
}

/** What may still be spent. Whoever spends takes the worst price before a call, and puts back what it did not cost. */
export interface Purse {
  /** US$. */
  left: number;
}

interface AiAsked {
  /** Id of a row of `ai_models`. */
  readonly model: string;
  /** What this call is paid from; null or left out: it may cost whatever it does. */
  readonly purse?: Purse | null | undefined;
  readonly signal: AbortSignal;
}

export interface ChatRequest extends AiAsked {
  readonly system?: string | undefined;
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly ChatTool[] | undefined;
  /** `any`: one of the tools; a name: that one. */
  readonly toolChoice?: 'auto' | 'any' | { readonly name: string } | undefined;
  readonly temperature?: number | undefined;
  readonly maxTokens: number;
  /** System text and tools come again and again: the provider may keep them. */
  readonly isCached?: boolean | undefined;
}

export interface ChatAnswer {
  readonly parts: readonly ChatPart[];
  /** `length`: cut at `maxTokens`. `refused`: by the model or a filter. */
  readonly stop: 'end' | 'tools' | 'length' | 'refused';
  readonly usage: AiUsage;
}

export interface EmbedRequest extends AiAsked {
  readonly texts: readonly string[];
  readonly dimensions?: number | undefined;
}

export interface ImageRequest extends AiAsked {
  readonly prompt: string;
  readonly width: number;
  readonly height: number;
}

export interface SpeechRequest extends AiAsked {
  readonly text: string;
  readonly voice: string;
  readonly format: string;
}

export interface TranscribeRequest extends AiAsked {
  readonly bytes: Uint8Array;
  readonly fileName: string;
  readonly mediaType: string;
  readonly language?: string | undefined;
}

/** Bytes that a model has made. */
export interface MadeBytes {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly usage: AiUsage;
}

/**
 * Models, as whom the workflow belongs to and within what may be spent. Throws NodeError `ai.noModel`, `ai.wrongType`, `ai.denied`,
 * `ai.throttled`, `ai.invalidRequest`, `ai.failed`, `ai.notOffered`, `ai.budget`, `ai.noPrice`.
 */
export interface AiPort {
  chat(request: ChatRequest): Promise<ChatAnswer>;
  /** A vector for each text, in their order. */
  embed(
    request: EmbedRequest,
  ): Promise<{ readonly vectors: readonly (readonly number[])[]; readonly usage: AiUsage }>;
  image(request: ImageRequest): Promise<MadeBytes>;
  speak(request: SpeechRequest): Promise<MadeBytes>;
  transcribe(request: TranscribeRequest): Promise<{ readonly text: string; readonly usage: AiUsage }>;
}

export const addUsage = (one: AiUsage, other: AiUsage): AiUsage => ({
  inputTokens: one.inputTokens + other.inputTokens,
  outputTokens: one.outputTokens + other.outputTokens,
  cachedTokens: one.cachedTokens + other.cachedTokens,
  costUsd: one.costUsd === null ? other.costUsd : one.costUsd + (other.costUsd ?? 0),
});

/** The text of an answer, its parts joined. */
export const textOf = ({ parts }: Pick<ChatAnswer, 'parts'>): string =>
  parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('');

export const toolUsesOf = ({ parts }: Pick<ChatAnswer, 'parts'>): readonly ToolUse[] =>
  parts.filter((part) => part.kind === 'toolUse');
