import { afterEach, describe, expect, it, vi } from 'vitest';
import { traced } from '../../functions/trace.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a traced part', () => {
  it('is just done where nobody traces', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-65f0-aa;Parent=bb;Sampled=0');

    expect(await traced('slice', {}, async () => 7)).toBe(7);
  });

  it('gives what was done, and throws what was thrown, where it is traced', async () => {
    vi.stubEnv(
      '_X_AMZN_TRACE_ID',
      'Root=1-65f08a3c-aaaaaaaaaaaaaaaaaaaaaaaa;Parent=bbbbbbbbbbbbbbbb;Sampled=1',
    );
    vi.stubEnv('AWS_XRAY_CONTEXT_MISSING', 'IGNORE_ERROR');
    const failing = () => Promise.reject(new Error('no'));

    expect(await traced('slice', { executionId: 'exec_1' }, async () => 7)).toBe(7);
    await expect(traced('slice', {}, failing)).rejects.toThrow('no');
  });
});
