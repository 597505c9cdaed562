import type { AiUsage, ChatMessage, ToolUse } from '../../ai/port.ts';
import type { Json } from '../../item.ts';

/** One use of a tool, as far as it has come. */
export interface Pending {
  readonly use: ToolUse;
  /** Null until a person has said so, where one must. */
  readonly approved: boolean | null;
  /** Null until it has acted. */
  readonly result: { readonly content: Json; readonly isError: boolean } | null;
}

/** What an agent has done for people to see. */
export interface Step {
  readonly tool: string;
  readonly input: Json;
  readonly result: Json;
  readonly isError: boolean;
}

/**
 * Where an agent stands: plain JSON, kept with each wait, so that a finished turn of the model and a finished tool are never
 * done again.
 */
export interface Conversation {
  /** The item it is about. */
  readonly item: number;
  readonly messages: readonly ChatMessage[];
  /** How often the model was asked about this item. */
  readonly turns: number;
  readonly usage: AiUsage;
  readonly pending: readonly Pending[];
  readonly steps: readonly Step[];
  /** Of the items before. */
  readonly done: readonly Answer[];
}

export interface Answer {
  readonly answer: Json;
  readonly steps: readonly Step[];
  readonly usage: AiUsage;
}

const NOTHING: AiUsage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, costUsd: 0 };

export const begin = (
  item: number,
  messages: readonly ChatMessage[],
  done: readonly Answer[],
): Conversation => ({
  item,
  messages,
  turns: 0,
  usage: NOTHING,
  pending: [],
  steps: [],
  done,
});

/** A result longer than this is cut: the model would read nothing else. */
const MOST_RESULT_CHARACTERS = 50_000;

/** The results of all pending uses, told to the model. */
export const tellResults = (at: Conversation): Conversation => {
  const results = at.pending.map(({ use, result }) => ({
    kind: 'toolResult' as const,
    id: use.id,
    content: shortened(result?.content ?? null),
    isError: result?.isError ?? true,
  }));
  const steps = at.pending.map(({ use, result }) => ({
    tool: use.name,
    input: use.input,
    result: result?.content ?? null,
    isError: result?.isError ?? true,
  }));
  return {
    ...at,
    messages: [...at.messages, { role: 'user', parts: results }],
    pending: [],
    steps: [...at.steps, ...steps],
  };
};

const shortened = (content: Json): Json => {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return text.length <= MOST_RESULT_CHARACTERS ? content : `${text.slice(0, MOST_RESULT_CHARACTERS)}… (cut)`;
};

export const settle = (at: Conversation, index: number, change: Partial<Pending>): Conversation => ({
  ...at,
  pending: at.pending.map((each, place) => (place === index ? { ...each, ...change } : each)),
});
