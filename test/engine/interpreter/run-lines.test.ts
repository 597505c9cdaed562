import { expect, it } from 'vitest';
import { RunLines } from '../../../engine/interpreter/run-lines.ts';

const line = (text: string) => ({ level: 'info', text }) as const;

it('says nothing where nothing was said', () => {
  expect(new RunLines().said).toEqual({});
});

it('keeps the first lines and counts the others', () => {
  const console = new RunLines();
  for (let each = 0; each < 205; each += 1) console.write(line(`${each}`));
  expect(console.said.console).toHaveLength(201);
  expect(console.said.console?.at(-1)).toEqual({ level: 'warn', text: '… and 5 more lines' });
});

it('cuts the line that is too long', () => {
  const console = new RunLines();
  console.write(line('x'.repeat(40_000)));
  console.write(line('y'));
  expect(console.said.console).toEqual([
    line(`${'x'.repeat(32 * 1024)}…`),
    { level: 'warn', text: '… and 1 more lines' },
  ]);
});
