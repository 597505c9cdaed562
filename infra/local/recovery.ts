export interface RecoveryOptions {
  /** Wakes every open execution that nobody is looking after. Answers how many. */
  readonly sweep: () => Promise<number>;
  readonly log: (entry: object) => void;
}

export interface Recovery {
  /** Sweeps again and again until stopped. One sweep ends before the next begins. */
  watch(everyMilliseconds: number): void;
  stop(): void;
}

/** What a crash, a lost poke or a full disk left open goes on from its journal. A poke too many is harmless. */
export const makeRecovery = ({ sweep, log }: RecoveryOptions): Recovery => {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const watch = (everyMilliseconds: number): void => {
    timer = setTimeout(async () => {
      try {
        await sweep();
      } catch (error) {
        log({ level: 'error', message: 'sweep failed', error: String(error) });
      }
      if (!isStopped) watch(everyMilliseconds);
    }, everyMilliseconds);
    timer.unref();
  };
  return {
    watch,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
};
