import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../../engine/ai/port.ts';
import { NodeError } from '../../../engine/errors.ts';
import { type Concessions, conceding } from '../../../shared/ai/concessions.ts';
import { says } from '../../engine/nodes/fake-ai.ts';

const REQUEST: ChatRequest = {
  model: 'aim_1',
  messages: [],
  maxTokens: 100,
  toolChoice: { name: 'answer' },
  isCached: true,
  temperature: 0,
  signal: new AbortController().signal,
};
const NO_CHOICE = new NodeError(
  'ai.invalidRequest',
  "ValidationException: This model doesn't support the toolConfig.toolChoice.tool field.",
);
const NO_CACHE = new NodeError(
  'ai.denied',
  'AccessDeniedException: You invoked an unsupported model or your request did not allow prompt caching.',
);
const NO_TEMPERATURE = new NodeError('ai.invalidRequest', '`temperature` is deprecated for this model.');

const asking = async (learnt: Concessions, ...refusals: readonly NodeError[]) => {
  const asked: ChatRequest[] = [];
  const left = [...refusals];
  const answer = await conceding(REQUEST, learnt, async (request) => {
    asked.push(request);
    const refusal = left.shift();
    if (refusal) throw refusal;
    return says('done');
  });
  return { asked, answer };
};

describe('a model that does not take everything', () => {
  it('is asked without what it refuses, one thing after the other', async () => {
    const { asked, answer } = await asking(new Set(), NO_CHOICE, NO_CACHE, NO_TEMPERATURE);
    expect(answer.parts).toEqual([{ kind: 'text', text: 'done' }]);
    expect(asked.map(({ toolChoice, isCached, temperature }) => [toolChoice, isCached, temperature])).toEqual(
      [
        [{ name: 'answer' }, true, 0],
        ['auto', true, 0],
        ['auto', false, 0],
        ['auto', false, undefined],
      ],
    );
  });

  it('is not asked for it again', async () => {
    const learnt: Concessions = new Set();
    await asking(learnt, NO_CACHE);
    const { asked } = await asking(learnt);
    expect(asked).toMatchObject([{ isCached: false, toolChoice: { name: 'answer' } }]);
  });

  it.each([
    ['says no to something else', new NodeError('ai.invalidRequest', 'The input is too long.')],
    ['may not be called', new NodeError('ai.denied', 'No access to this model.')],
    ['is busy, whatever it speaks of', new NodeError('ai.throttled', 'Too many requests with temperature.')],
  ])('that %s is not asked again', async (_what, refusal) => {
    await expect(asking(new Set(), refusal)).rejects.toBe(refusal);
  });

  it('that refuses it again is not asked for ever', async () => {
    await expect(asking(new Set(), NO_CHOICE, NO_CHOICE)).rejects.toBe(NO_CHOICE);
  });
});
