import { describe, expect, it } from 'vitest';
import { runNode } from './run-node.ts';

describe('flow.stop', () => {
  it('fails the execution with what it is told', async () => {
    const parameters = { code: 'order.empty', message: 'Order {{ $json.id }} has no lines.' };
    const { end } = await runNode({ type: 'flow.stop', parameters, given: [{ id: 7 }] });
    expect(end).toMatchObject({
      status: 'failed',
      error: { code: 'order.empty', message: 'Order 7 has no lines.' },
    });
  });

  it('completes the execution', async () => {
    const { end } = await runNode({ type: 'flow.stop', parameters: { result: 'success' } });
    expect(end).toMatchObject({ status: 'completed' });
    expect(end.error).toBeUndefined();
  });
});
