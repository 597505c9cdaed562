/** A console that remembers. Gives the function that tells its lines, as JSON. */
export const guestConsole = (maxLines: number, maxCharacters: number): (() => string) => {
  const { stringify } = JSON;
  const lines: { level: string; text: string }[] = [];
  let dropped = 0;
  const show = (value: unknown): string => {
    if (typeof value === 'string') return value;
    try {
      if (value instanceof Error) return `${value.name}: ${value.message}`;
      return (typeof value === 'object' ? stringify(value) : undefined) ?? String(value);
    } catch {
      return '[cannot be shown]';
    }
  };
  const writer =
    (level: string) =>
    (...values: unknown[]): void => {
      if (lines.length >= maxLines) dropped += 1;
      else lines.push({ level, text: values.map(show).join(' ').slice(0, maxCharacters) });
    };
  const [debug, info, warn, error] = [writer('debug'), writer('info'), writer('warn'), writer('error')];
  Object.defineProperty(globalThis, 'console', {
    value: { debug, trace: debug, log: info, info, dir: info, table: info, warn, error },
    writable: true,
    configurable: true,
  });
  return () => stringify({ lines, dropped });
};
