import { expect, it } from 'vitest';
import { runNode } from './run-node.ts';

it('flow.noop hands its items on', async () => {
  const { outputs, pairing } = await runNode({ type: 'flow.noop', given: [{ a: 1 }, { a: 2 }] });
  expect(outputs.main).toEqual([{ a: 1 }, { a: 2 }]);
  expect(pairing).toEqual({ main: 'same' });
});
