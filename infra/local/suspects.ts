/** An execution that was under way in several lives of this process that ended badly, and got no further in any. */
export interface Suspect {
  readonly executionId: string;
  /** How often it has been taken up at this place. */
  readonly recoveries: number;
  /** Counts that it is taken up once more. */
  readonly note: () => Promise<void>;
}

export interface SuspectsOptions {
  /** Runs it until its slice ends, or until then (milliseconds since 1970). */
  readonly run: (executionId: string, until: number) => Promise<void>;
  readonly now: () => number;
  readonly log: (entry: object) => void;
}

export interface Suspects {
  add(suspect: Suspect): void;
  /** True for one whose turn has not come. */
  has(executionId: string): boolean;
  stop(): void;
}

/** What brings a process down does it in less. */
const ALONE_MILLISECONDS = 2_000;

/**
 * Takes suspects up one after the other, and counts each when its turn comes. Taken up and counted all together, every death of the
 * process would count against all that were open, and a few in a row would fail them all for what one has done, or none.
 */
export const makeSuspects = ({ run, now, log }: SuspectsOptions): Suspects => {
  const queue = new Map<string, Suspect>();
  let isBusy = false;

  const takeUp = async ({ executionId, note }: Suspect): Promise<void> => {
    try {
      await note();
      await run(executionId, now() + ALONE_MILLISECONDS);
    } catch (error) {
      log({ level: 'error', message: 'recovery failed', executionId, error: String(error) });
    }
  };

  /** Those first that were counted least: a process that lives for a moment only must not count against the same one each time. */
  const drain = async (): Promise<void> => {
    isBusy = true;
    for (let next = least(queue); next; next = least(queue)) {
      queue.delete(next.executionId);
      await takeUp(next);
    }
    isBusy = false;
  };

  return {
    add: (suspect) => {
      queue.set(suspect.executionId, suspect);
      // The others of this sweep come in the same breath.
      if (!isBusy) setImmediate(() => isBusy || void drain());
    },
    has: (executionId) => queue.has(executionId),
    stop: () => queue.clear(),
  };
};

const least = (queue: ReadonlyMap<string, Suspect>): Suspect | null =>
  [...queue.values()].reduce<Suspect | null>(
    (best, each) => (best === null || each.recoveries < best.recoveries ? each : best),
    null,
  );
