import type { ChatAnswer, ChatRequest } from '../../engine/ai/port.ts';
import { NodeError } from '../../engine/errors.ts';

interface Concession {
  /** What a model's refusal speaks of. */
  readonly of: RegExp;
  readonly asks: (request: ChatRequest) => boolean;
  readonly without: (request: ChatRequest) => ChatRequest;
}

/**
 * What not every model takes, and what is done without it: a tool that has to be used (whoever asks says so again when it was
 * not), a cache point, a temperature. Bedrock names the field that it refuses, and "prompt caching".
 */
const CONCESSIONS: readonly Concession[] = [
  {
    of: /tool_?choice/i,
    asks: ({ toolChoice = 'auto' }) => toolChoice !== 'auto',
    without: (request) => ({ ...request, toolChoice: 'auto' }),
  },
  {
    of: /cache_?point|prompt caching/i,
    asks: ({ isCached = false }) => isCached,
    without: (request) => ({ ...request, isCached: false }),
  },
  {
    of: /temperature/i,
    asks: ({ temperature }) => temperature !== undefined,
    without: ({ temperature: _temperature, ...request }) => request,
  },
];

const REFUSALS: readonly string[] = ['ai.invalidRequest', 'ai.denied'];

/** Asks, and asks again without what a model refuses. `learnt` keeps that for the next time. */
export const conceding = async (
  request: ChatRequest,
  learnt: Set<Concession>,
  ask: (request: ChatRequest) => Promise<ChatAnswer>,
): Promise<ChatAnswer> => {
  const asked = [...learnt].reduce((each, { without }) => without(each), request);
  try {
    return await ask(asked);
  } catch (thrown) {
    const { code, message } = NodeError.from(thrown);
    const concession = CONCESSIONS.find(({ of, asks }) => of.test(message) && asks(asked));
    if (!REFUSALS.includes(code) || !concession) throw thrown;
    learnt.add(concession);
    return conceding(asked, learnt, ask);
  }
};

export type Concessions = Parameters<typeof conceding>[1];
