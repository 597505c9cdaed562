const CHUNK = 8_192;

/**
 * A stream of bytes without the texts that must not be in it. Holds back as much as a text that has only begun may need, and no
 * more. `spellings` are ordered with the longest first.
 */
export async function* redactBytes(
  content: Uint8Array | AsyncIterable<Uint8Array>,
  spellings: readonly string[],
  replacement: string,
): AsyncGenerator<Uint8Array> {
  const sought = spellings.map((spelling) => toLatin(new TextEncoder().encode(spelling)));
  const longest = Math.max(...sought.map(({ length }) => length));
  let held = '';
  for await (const chunk of content instanceof Uint8Array ? [content] : content) {
    const text = without(held + toLatin(chunk), sought, replacement);
    const end = Math.max(0, text.length - longest + 1);
    held = text.slice(end);
    if (end > 0) yield fromLatin(text.slice(0, end));
  }
  if (held !== '') yield fromLatin(held);
}

const without = (text: string, sought: readonly string[], replacement: string): string =>
  sought.reduce((rest, each) => (rest.includes(each) ? rest.replaceAll(each, replacement) : rest), text);

/** Bytes as text of as many characters, to look for texts in. Not by TextDecoder: its "latin1" is windows-1252, which gives some bytes other characters. */
const toLatin = (bytes: Uint8Array): string => {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  return parts.join('');
};

const fromLatin = (text: string): Uint8Array =>
  Uint8Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
