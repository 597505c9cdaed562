import { expect, it, vi } from 'vitest';
import type { HttpRequest } from '../../../engine/ports.ts';
import { countedHttp } from '../../../shared/executions/counted-http.ts';

it('tells how many executions led to a call, whatever the workflow says', async () => {
  const http = { request: vi.fn() };
  const headers = { 'Stepwell-Hops': '0', 'X-Note': 'kept' };

  await countedHttp(http, 7).request({ url: 'https://example.com/', headers } as unknown as HttpRequest);

  expect(http.request).toHaveBeenCalledExactlyOnceWith({
    url: 'https://example.com/',
    headers: { 'X-Note': 'kept', 'stepwell-hops': '8' },
  });
});
