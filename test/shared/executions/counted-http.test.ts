import { expect, it, vi } from 'vitest';
import type { HttpRequest } from '../../../engine/ports.ts';
import { countedHttp } from '../../../shared/executions/counted-http.ts';

it.each(['request', 'stream'] as const)(
  'tells how many executions led to a %s, whatever the workflow says',
  async (way) => {
    const http = { request: vi.fn(), stream: vi.fn() };
    const headers = { 'Stepwell-Hops': '0', 'X-Note': 'kept' };

    await countedHttp(http, 7)[way]({ url: 'https://example.com/', headers } as unknown as HttpRequest);

    expect(http[way]).toHaveBeenCalledExactlyOnceWith({
      url: 'https://example.com/',
      headers: { 'X-Note': 'kept', 'stepwell-hops': '8' },
    });
  },
);
