import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../engine/ai/port.ts';
import type { Json } from '../../../engine/item.ts';
import { wellFormed } from '../../../shared/ai/well-formed.ts';

const text = (role: ChatMessage['role'], ...texts: readonly string[]): ChatMessage => ({
  role,
  parts: texts.map((each) => ({ kind: 'text', text: each })),
});

describe('a conversation as providers take it', () => {
  it('has turns of person and model, one after the other', () => {
    const said = [text('user', 'a'), text('assistant', 'b'), text('assistant', 'c'), text('user', 'd')];
    expect(wellFormed(said)).toEqual([text('user', 'a'), text('assistant', 'b', 'c'), text('user', 'd')]);
  });

  it('leaves out who says nothing', () => {
    const said = [text('user', 'a'), text('assistant', ' \n'), text('assistant'), text('user', 'b')];
    expect(wellFormed(said)).toEqual([text('user', 'a', 'b')]);
  });

  it('has no half characters, wherever a text was cut', () => {
    const half = 'Hi \ud83d';
    const result = (content: Json): ChatMessage => ({
      role: 'user',
      parts: [{ kind: 'toolResult', id: 'a', content, isError: false }],
    });
    const said = [
      text('user', half),
      text('assistant', 'b'),
      result(half),
      text('assistant', 'c'),
      result({ list: [half, 1, null] }),
    ];
    expect(wellFormed(said)).toEqual([
      text('user', 'Hi \ufffd'),
      text('assistant', 'b'),
      result('Hi \ufffd'),
      text('assistant', 'c'),
      result({ list: ['Hi \ufffd', 1, null] }),
    ]);
  });

  it('changes nothing of what it is given', () => {
    const said = [text('user', 'a'), text('user', 'b')];
    wellFormed(said);
    expect(said).toEqual([text('user', 'a'), text('user', 'b')]);
  });
});
