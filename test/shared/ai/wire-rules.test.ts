import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { completionRules, converseRules } from './wire-rules.ts';

const said = (role: string, ...content: readonly JsonObject[]): JsonObject => ({ role, content });
const use: JsonObject = { toolUse: { toolUseId: 'u', name: 'look', input: {} } };
const result: JsonObject = { toolResult: { toolUseId: 'u', content: [{ json: {} }] } };
const toolConfig: JsonObject = {
  tools: [{ toolSpec: { name: 'look', description: 'Looks.', inputSchema: { json: { type: 'object' } } } }],
};
const hi: JsonObject = { text: 'hi' };

describe('what a fake server refuses, as the real one would', () => {
  it.each<[string, JsonObject]>([
    ['a result that is missing', { messages: [said('user', hi), said('assistant', use), said('user', hi)] }],
    ['a result of nothing', { messages: [said('user', result)] }],
    ['two of one role', { messages: [said('user', hi), said('user', hi)] }],
    ['an empty message', { messages: [said('user')] }],
    ['a blank text', { messages: [said('user', { text: ' ' })] }],
    [
      'a choice of no tool',
      { messages: [said('user', hi)], toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'fly' } } } },
    ],
  ])('Converse: %s', (_what, body) => {
    expect(converseRules({ toolConfig, ...body })).not.toEqual([]);
  });

  it('but nothing of a conversation that is right', () => {
    const messages = [said('user', hi), said('assistant', hi, use), said('user', result)];
    expect(converseRules({ messages, toolConfig })).toEqual([]);
    const call: JsonObject = { id: 'c', type: 'function', function: { name: 'look', arguments: '{}' } };
    const spoken: JsonObject[] = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'there' },
    ];
    expect(completionRules({ messages: spoken })).toEqual([]);
    expect(completionRules({ messages: spoken.slice(0, 2) })).not.toEqual([]);
    expect(completionRules({ messages: spoken.slice(2) })).not.toEqual([]);
    const broken: JsonObject = { ...call, function: { name: 'look', arguments: '{' } };
    expect(
      completionRules({ messages: [{ ...spoken[1], tool_calls: [broken] }, spoken[2] ?? null] }),
    ).not.toEqual([]);
  });
});
