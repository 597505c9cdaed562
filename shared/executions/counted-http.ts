import type { HttpPort, HttpRequest } from '../../engine/ports.ts';

export const HOPS_HEADER = 'stepwell-hops';

/**
 * Tells whoever is called how many executions led to the call: where it is one of our own hooks, that is what ends a
 * circle. A workflow cannot say otherwise.
 */
export const countedHttp = (http: HttpPort, hops: number): HttpPort => {
  const counted = (request: HttpRequest): HttpRequest => {
    const others = Object.entries(request.headers).filter(([name]) => name.toLowerCase() !== HOPS_HEADER);
    return { ...request, headers: { ...Object.fromEntries(others), [HOPS_HEADER]: String(hops + 1) } };
  };
  return {
    request: (request) => http.request(counted(request)),
    stream: (request) => http.stream(counted(request)),
  };
};
