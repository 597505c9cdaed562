import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../engine/ai/port.ts';
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

  it('changes nothing of what it is given', () => {
    const said = [text('user', 'a'), text('user', 'b')];
    wellFormed(said);
    expect(said).toEqual([text('user', 'a'), text('user', 'b')]);
  });
});
