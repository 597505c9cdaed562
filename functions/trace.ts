import { once } from '../shared/once.ts';

/** X-Ray takes one request a second and a twentieth of the rest; its package is loaded for those alone. */
const loadTracer = once(async () => {
  const { Tracer } = await import('@aws-lambda-powertools/tracer');
  return new Tracer({ captureHTTPsRequests: false });
});

const isSampled = (): boolean => (process.env._X_AMZN_TRACE_ID ?? '').includes('Sampled=1');

/** Does something as a part of the trace of its own, which can be found by its annotations; where nobody traces, just does it. */
export const traced = async <T>(
  name: string,
  annotations: Readonly<Record<string, string>>,
  act: () => Promise<T>,
): Promise<T> => {
  if (!isSampled()) return act();
  const tracer = await loadTracer();
  return tracer.provider.captureAsyncFunc(name, async (part) => {
    for (const [key, value] of Object.entries(annotations)) part?.addAnnotation(key, value);
    try {
      return await act();
    } catch (error) {
      // Its name only: messages may hold what people wrote.
      part?.addError(error instanceof Error ? error.name : 'Error');
      throw error;
    } finally {
      part?.close();
    }
  }) as Promise<T>;
};
