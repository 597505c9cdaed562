interface Ways {
  /** Wakes one by a machine of its own: cheap, and there is no saying how many run at once. */
  readonly one: (executionId: string, writer?: string) => Promise<void>;
  /** Wakes many by one Distributed Map: a transition more for each, and no more at once than others leave room for. */
  readonly many: (executionIds: readonly string[]) => Promise<void>;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** From how many on they go together. */
const MANY = 40;
/** So many may be the first of many: they wait for as long as more come. */
const SOME = 8;
const LULL_MILLISECONDS = 50;
/** Ids that fit into the 256 KiB a machine may be given. */
const MOST = 5_000;

/**
 * Gathers what is to be woken while a wake-up is on its way, so that the children of a large map go together and a single
 * execution waits for nothing.
 */
export const gatheredPokes = ({
  one,
  many,
  pause,
}: Ways): ((executionId: string, writer?: string) => Promise<void>) => {
  const waiting: { readonly id: string; readonly settle: PromiseWithResolvers<void> }[] = [];
  let isSending = false;

  const send = async (ids: readonly string[]): Promise<void> => {
    if (ids.length < MANY) await Promise.all(ids.map((id) => one(id)));
    else await many(ids);
  };

  /** However slowly the store takes them, the children of one map come one after the other. */
  const gather = async (): Promise<void> => {
    let before = 0;
    while (waiting.length > before && waiting.length < MANY) {
      before = waiting.length;
      await pause(LULL_MILLISECONDS);
    }
  };

  const drain = async (): Promise<void> => {
    isSending = true;
    while (waiting.length > 0) {
      if (waiting.length >= SOME) await gather();
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
