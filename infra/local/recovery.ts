export interface RecoveryOptions {
  /** Ids of open executions, pending ones included. */
  readonly openExecutions: () => Promise<readonly string[]>;
  readonly knows: (executionId: string) => boolean;
  readonly poke: (executionId: string) => Promise<void>;
  readonly log: (entry: object) => void;
}

export interface Recovery {
  /** Wakes every open execution that nobody is looking after. Answers how many. */
  sweep(): Promise<number>;
  /** Sweeps again and again until stopped. */
  watch(everyMilliseconds: number): void;
  stop(): void;
}

/** What a crash, a lost poke or a full disk left open goes on from its journal. A poke too many is harmless. */
export const makeRecovery = (options: RecoveryOptions): Recovery => {
  let timer: NodeJS.Timeout | undefined;
  const sweep = async (): Promise<number> => {
    const forgotten = (await options.openExecutions()).filter((each) => !options.knows(each));
    await Promise.all(forgotten.map((each) => options.poke(each)));
    return forgotten.length;
  };
  return {
    sweep,
    watch: (everyMilliseconds) => {
      timer = setInterval(() => {
        sweep().catch((error: unknown) =>
          options.log({ level: 'error', message: 'sweep failed', error: String(error) }),
        );
      }, everyMilliseconds);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
};
