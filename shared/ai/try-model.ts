import { type AiPort, type AiUsage, textOf } from '../../engine/ai/port.ts';
import { NodeError } from '../../engine/errors.ts';
import type { AiModelRecord } from '../store/ai-models.ts';

interface Verdict {
  readonly ok: boolean;
  readonly message: string;
  readonly usage: AiUsage | null;
}

const SECONDS = 20_000;

type Trial = (ai: AiPort, model: string, signal: AbortSignal) => Promise<{ said: string; usage: AiUsage }>;

const chat: Trial = async (ai, model, signal) => {
  const parts = [{ kind: 'text' as const, text: 'Answer with the word "ready".' }];
  const answer = await ai.chat({ model, messages: [{ role: 'user', parts }], maxTokens: 20, signal });
  return { said: textOf(answer), usage: answer.usage };
};

/** The smallest question for each type of model. */
const TRIALS: Readonly<Record<AiModelRecord['type'], Trial>> = {
  llm: chat,
  agent: chat,
  embedding: async (ai, model, signal) => {
    const { vectors, usage } = await ai.embed({ model, texts: ['ready'], signal });
    return { said: `A vector of ${vectors[0]?.length ?? 0} numbers.`, usage };
  },
  image: async (ai, model, signal) => {
    const { bytes, usage } = await ai.image({ model, prompt: 'A dot', width: 512, height: 512, signal });
    return { said: `A picture of ${bytes.length} bytes.`, usage };
  },
  audio: async (ai, model, signal) => {
    const { bytes, usage } = await ai.speak({ model, text: 'ready', voice: 'alloy', format: 'mp3', signal });
    return { said: `Speech of ${bytes.length} bytes.`, usage };
  },
};

/** Asks a model once; what goes wrong is the verdict and no error. */
export const tryModel = async (ai: AiPort, { id, type }: AiModelRecord): Promise<Verdict> => {
  try {
    const { said, usage } = await TRIALS[type](ai, id, AbortSignal.timeout(SECONDS));
    return { ok: true, message: said, usage };
  } catch (thrown) {
    const { code, message } = NodeError.from(thrown);
    return { ok: false, message: `${code}: ${message}`, usage: null };
  }
};
