import { expect, it } from 'vitest';
import { objectionTo } from '../../../engine/ai/objection.ts';
import { says, uses } from '../nodes/fake-ai.ts';

it('answers every use of a tool, the wrong ones too', () => {
  const [, told] = objectionTo(uses(['a', {}], ['b', {}]), 'No.');
  expect(told.parts).toEqual([
    { kind: 'toolResult', id: 'use-0', content: 'No.', isError: true },
    { kind: 'toolResult', id: 'use-1', content: 'No.', isError: true },
  ]);
});

it('is said in words where no tool was used', () => {
  const [said, told] = objectionTo(says('Well.'), 'No.');
  expect(said).toEqual({ role: 'assistant', parts: [{ kind: 'text', text: 'Well.' }] });
  expect(told).toEqual({ role: 'user', parts: [{ kind: 'text', text: 'No.' }] });
});
