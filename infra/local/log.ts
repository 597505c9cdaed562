/** One JSON line per entry. Without `all`, only what went wrong: under load the rest costs more than the work. */
export const makeLog =
  (options: { readonly all: boolean; readonly write: (line: string) => void }) =>
  (entry: object): void => {
    const level = 'level' in entry ? entry.level : 'info';
    if (!options.all && level !== 'error' && level !== 'warn') return;
    options.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
  };
