interface Ways {
  /** Wakes one by a machine of its own: cheap, and there is no saying how many run at once. */
  readonly one: (executionId: string, writer?: string) => Promise<void>;
  /** Wakes many by one Distributed Map: a transition more for each, and no more at once than others leave room for. */
  readonly many: (executionIds: readonly string[]) => Promise<void>;
}

/** From how many on they go together. */
const MANY = 40;
/** Ids that fit into the 256 KiB a machine may be given. */
const MOST = 5_000;

/**
 * Gathers what is to be woken while a wake-up is on its way, so that the children of a large map go together and a single
 * execution waits for nothing.
 */
export const gatheredPokes = ({
  one,
  many,
}: Ways): ((executionId: string, writer?: string) => Promise<void>) => {
  const waiting: { readonly id: string; readonly settle: PromiseWithResolvers<void> }[] = [];
  let isSending = false;

  const send = async (ids: readonly string[]): Promise<void> => {
    if (ids.length < MANY) await Promise.all(ids.map((id) => one(id)));
    else await many(ids);
  };

  const drain = async (): Promise<void> => {
    isSending = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST);
      try {
        // Children that end together wake one parent.
        await send([...new Set(batch.map(({ id }) => id))]);
        for (const { settle } of batch) settle.resolve();
      } catch (error) {
        for (const { settle } of batch) settle.reject(error);
      }
    }
    isSending = false;
  };

  return (id, writer) => {
    // A lease that is handed on has no place in a list of ids.
    if (writer !== undefined) return one(id, writer);
    const settle = Promise.withResolvers<void>();
    waiting.push({ id, settle });
    if (!isSending) void drain();
    return settle.promise;
  };
};
