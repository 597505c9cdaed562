import { type ChatAnswer, type ChatMessage, toolUsesOf } from './port.ts';

/**
 * What an answer said, and what is wrong with it, as the conversation goes on. Every use of a tool gets it as its result: providers
 * refuse a conversation in which one has none.
 */
export const objectionTo = (
  answer: Pick<ChatAnswer, 'parts'>,
  objection: string,
): readonly [ChatMessage, ChatMessage] => {
  const uses = toolUsesOf(answer);
  return [
    { role: 'assistant', parts: answer.parts },
    {
      role: 'user',
      parts:
        uses.length === 0
          ? [{ kind: 'text', text: objection }]
          : uses.map(({ id }) => ({ kind: 'toolResult', id, content: objection, isError: true })),
    },
  ];
};
