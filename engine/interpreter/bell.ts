/** Wakes one sleeper. A ring before the sleep is not lost. */
export interface Bell {
  ring(): void;
  rung(): Promise<void>;
}

export const makeBell = (): Bell => {
  let wake: (() => void) | null = null;
  let hasRung = false;
  return {
    ring: () => {
      hasRung = true;
      wake?.();
    },
    rung: () =>
      new Promise((resolve) => {
        wake = () => {
          wake = null;
          hasRung = false;
          resolve();
        };
        if (hasRung) wake();
      }),
  };
};
