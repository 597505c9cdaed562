import { describe, expect, it, vi } from 'vitest';
import { measure } from '../../functions/measure.ts';

describe('a measure', () => {
  it('is one line of the log in the format that CloudWatch reads', async () => {
    vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'Stepwell/test');
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'sweeper');
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);

    await measure({ Open: 3, Poisoned: 0 });

    expect(lines).toHaveBeenCalledOnce();
    expect(JSON.parse(String(lines.mock.calls[0]?.[0]))).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Namespace: 'Stepwell/test', Dimensions: [['service']] }] },
      service: 'sweeper',
      Open: 3,
      Poisoned: 0,
    });
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });
});
