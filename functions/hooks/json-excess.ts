const MAX_DEPTH = 64;
/** Each key of an object costs many times what a value does. */
const MAX_KEYS = 100_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN = [0x7b, 0x5b];
const CLOSE = [0x7d, 0x5d];

/** What makes a JSON text too much to be parsed, found by passing over it once; null when nothing does. */
export const jsonExcess = (text: string): string | null => {
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === COLON) keys += 1;
    else if (OPEN.includes(code)) depth += 1;
    else if (CLOSE.includes(code)) depth -= 1;
    if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH}`;
    if (keys > MAX_KEYS) return `holds more than ${MAX_KEYS} keys`;
  }
  return null;
};

/** Where the quote stands that ends the text which begins at `from`; the end of all where there is none. */
const endOfText = (text: string, from: number): number => {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return text.length;
};
