import type { ChatMessage } from '../../ai/port.ts';
import { NodeError } from '../../errors.ts';
import type { Json } from '../../item.ts';
import type { NodeCall } from '../define-node.ts';
import type { Conversation } from './conversation.ts';

interface Remembering {
  readonly memory?: { readonly table: string; readonly key: Json; readonly window: number } | undefined;
}

const FIELD = 'messages';

const keyOf = async (call: NodeCall<Remembering>, item: number): Promise<string> => {
  const key = await call.evaluate(call.parameters.memory?.key ?? '', item);
  if ((typeof key === 'string' && key !== '') || typeof key === 'number') return String(key);
  throw new NodeError(
    'ai.memoryKey',
    `The key of the memory is ${JSON.stringify(key ?? null)}: expected a text or a number.`,
  );
};

/** What was said before, as far back as the window goes. */
export const readMemory = async (
  call: NodeCall<Remembering>,
  item: number,
): Promise<readonly ChatMessage[]> => {
  const { memory } = call.parameters;
  if (!memory) return [];
  const entry = await call.ports.tables.get(memory.table, await keyOf(call, item));
  return (entry?.value[FIELD] ?? []) as unknown as readonly ChatMessage[];
};

/** Keeps what was said by person and model; tools and what they gave are left out. An answer in a form is kept as JSON. */
export const keepMemory = async (
  call: NodeCall<Remembering>,
  at: Conversation,
  answer: Json,
): Promise<void> => {
  const { memory } = call.parameters;
  if (!memory) return;
  const formed: readonly ChatMessage[] =
    typeof answer === 'string'
      ? []
      : [{ role: 'assistant', parts: [{ kind: 'text', text: JSON.stringify(answer) }] }];
  const spoken = [...at.messages, ...formed].flatMap(({ role, parts }): ChatMessage[] => {
    const texts = parts.filter(({ kind }) => kind === 'text');
    return texts.length > 0 ? [{ role, parts: texts }] : [];
  });
  const kept = spoken.slice(-memory.window);
  // A conversation begins with what a person said.
  const first = kept.findIndex(({ role }) => role === 'user');
  const value = { [FIELD]: kept.slice(Math.max(first, 0)) as unknown as Json };
  const by = `${call.idempotencyKey}/memory.${at.item}`;
  await call.ports.tables.change(memory.table, await keyOf(call, at.item), {
    by,
    once: false,
    change: () => value,
  });
};
