import type { ChatMessage, ChatPart } from '../../engine/ai/port.ts';
import type { Json } from '../../engine/item.ts';

/**
 * A conversation as all providers take it: person and model take turns, and nobody says nothing. Answers without a word, and memories
 * of which tools were left out, have messages that do not. Halves of characters, which are left where a text was cut, some refuse.
 */
export const wellFormed = (messages: readonly ChatMessage[]): readonly ChatMessage[] => {
  const said: { role: ChatMessage['role']; parts: ChatPart[] }[] = [];
  for (const { role, parts } of messages) {
    const spoken = parts.filter(saysSomething).map(whole);
    if (spoken.length === 0) continue;
    const last = said.at(-1);
    if (last?.role === role) last.parts.push(...spoken);
    else said.push({ role, parts: spoken });
  }
  return said;
};

const saysSomething = (part: ChatPart): boolean => part.kind !== 'text' || part.text.trim() !== '';

const whole = (part: ChatPart): ChatPart => {
  if (part.kind === 'text') return { ...part, text: part.text.toWellFormed() };
  return part.kind === 'toolResult' ? { ...part, content: wholeIn(part.content) } : part;
};

const wholeIn = (content: Json): Json =>
  typeof content === 'string'
    ? content.toWellFormed()
    : JSON.parse(JSON.stringify(content), (_, each) =>
        typeof each === 'string' ? each.toWellFormed() : each,
      );
