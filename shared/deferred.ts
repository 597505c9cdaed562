type Method = (...given: never[]) => Promise<unknown>;

/** The methods of something that answer by a promise. */
export type Asynchronous<T> = {
  readonly [Name in keyof T as T[Name] extends Method ? Name : never]: T[Name];
};

/**
 * A stand-in for something of which only asynchronous methods are used. What is behind it is loaded at the first call: a
 * cold start reads only what its request needs. A load that failed is tried again at the next call. `known` answers for
 * itself.
 */
export const deferred = <T extends object>(
  load: () => Promise<T>,
  known: Partial<Asynchronous<T>> = {},
): Asynchronous<T> => {
  let loading: Promise<T> | undefined;
  const loaded = (): Promise<T> => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const later =
    (name: PropertyKey) =>
    async (...given: unknown[]): Promise<unknown> => {
      const made: T = await loaded();
      return (Reflect.get(made, name) as (...given: unknown[]) => unknown).apply(made, given);
    };
  return new Proxy({} as Asynchronous<T>, {
    // A promise that resolves with it looks whether it is one itself.
    get: (_, name) => (name === 'then' ? undefined : (Reflect.get(known, name) ?? later(name))),
  });
};
