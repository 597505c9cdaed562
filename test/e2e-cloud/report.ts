interface Row {
  readonly name: string;
  readonly milliseconds: number;
  readonly error: unknown;
}

/** What was checked, printed as it goes and counted at the end. */
export const makeReport = (write: (line: string) => void = console.log) => {
  const rows: Row[] = [];
  return {
    title: (text: string): void => write(`\n${text}`),
    /** Notes whether `check` resolves. Answers what it gave, or null when it failed. */
    check: async <T>(name: string, check: () => Promise<T>): Promise<T | null> => {
      const from = performance.now();
      let result: T | null = null;
      let error: unknown = null;
      try {
        result = await check();
      } catch (thrown) {
        error = thrown ?? new Error('nothing was thrown');
      }
      const row: Row = { name, milliseconds: performance.now() - from, error };
      rows.push(row);
      write(
        `  ${error ? 'FAIL' : 'ok  '}  ${name.padEnd(96)} ${`${Math.round(row.milliseconds)}`.padStart(7)} ms`,
      );
      if (error)
        write(
          `        ${String(error instanceof Error ? error.message : error).replaceAll('\n', '\n        ')}`,
        );
      return result;
    },
    /** The last line: all that counts. Answers whether everything was right. */
    close: (): boolean => {
      const failed = rows.filter(({ error }) => error !== null).length;
      write(`\n${rows.length - failed} passed, ${failed} failed`);
      return rows.length > 0 && failed === 0;
    },
  };
};

export type Report = ReturnType<typeof makeReport>;

/** Throws unless it is so. */
export const insist: (condition: unknown, otherwise: string) => asserts condition = (
  condition,
  otherwise,
) => {
  if (!condition) throw new Error(otherwise);
};

/** Asks again and again until `look` answers something; throws with the last error otherwise. */
export const eventually = async <T>(
  look: () => Promise<T | null | undefined | false>,
  { within = 30_000, every = 300, what = 'it' }: { within?: number; every?: number; what?: string } = {},
): Promise<T> => {
  const end = performance.now() + within;
  let last: unknown = null;
  do {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  } while (performance.now() < end);
  throw new Error(
    `${what} did not come about within ${within} ms.${last ? ` The last time: ${String(last)}` : ''}`,
  );
};
