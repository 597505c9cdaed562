import type { ChatMessage, ChatPart } from '../../engine/ai/port.ts';

/**
 * A conversation as all providers take it: person and model take turns, and nobody says nothing. Answers without a word, and memories
 * of which tools were left out, have messages that do not.
 */
export const wellFormed = (messages: readonly ChatMessage[]): readonly ChatMessage[] => {
  const said: { role: ChatMessage['role']; parts: ChatPart[] }[] = [];
  for (const { role, parts } of messages) {
    const spoken = parts.filter(saysSomething);
    if (spoken.length === 0) continue;
    const last = said.at(-1);
    if (last?.role === role) last.parts.push(...spoken);
    else said.push({ role, parts: spoken });
  }
  return said;
};

const saysSomething = (part: ChatPart): boolean => part.kind !== 'text' || part.text.trim() !== '';
