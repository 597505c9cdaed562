/** Shorter texts stand in too many places that have nothing to do with a secret. */
const LEAST_CHARACTERS = 4;
const LEAST_ENCODED = 6;
/** A line of a longer secret, like a private key, that tells something by itself. */
const LEAST_LINE = 16;

type Encode = (text: string) => string | readonly string[];

const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);
const percent = (text: string): string => encodeURIComponent(text.toWellFormed());
const lowerPercent = (text: string): string => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
const asciiOnly = (text: string): string =>
  text.replaceAll(/[^\x20-\x7e]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
const hex = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const html = (apostrophe: string) => (text: string) =>
  text.replaceAll(/[&<>"']/g, (each) => HTML[each] ?? apostrophe);

/**
 * What stays the same of a text's base64 wherever in a longer text it stands: three alignments, without the characters at the
 * ends, which hold bits of the neighbours.
 */
const base64 = (text: string): string[] => {
  const bytes = new TextEncoder().encode(text);
  return [0, 1, 2].map((offset) => {
    const shifted = new Uint8Array(offset + bytes.length);
    shifted.set(bytes, offset);
    const whole = Array.from(shifted, (byte) => String.fromCharCode(byte)).join('');
    const end = Math.floor((shifted.length * 8) / 6);
    return btoa(whole).slice(Math.ceil((offset * 8) / 6), end);
  });
};
const urlBase64 = (text: string): string[] =>
  base64(text).map((each) => each.replaceAll('+', '-').replaceAll('/', '_'));

/** How a text may come back from somewhere else. */
const ENCODINGS: readonly Encode[] = [
  quoted,
  (text) => quoted(quoted(text)),
  (text) => asciiOnly(quoted(text)),
  (text) => quoted(text).replaceAll('/', '\\/'),
  percent,
  (text) => lowerPercent(percent(text)),
  (text) => percent(percent(text)),
  (text) => new URLSearchParams({ '': text }).toString().slice(1),
  (text) => lowerPercent(new URLSearchParams({ '': text }).toString().slice(1)),
  (text) => encodeURI(text.toWellFormed()),
  html('&#39;'),
  html('&#x27;'),
  hex,
  (text) => hex(text).toUpperCase(),
  base64,
  urlBase64,
];

/** A secret in every spelling that is looked for, the longest first. Nothing for one that is too short to be told from other text. */
export const spellingsOf = (secret: string): readonly string[] => {
  const texts = [secret, ...secret.split(/\r?\n/).filter((line) => line.length >= LEAST_LINE)];
  const spellings = texts.flatMap((text) =>
    text.length < LEAST_CHARACTERS
      ? []
      : [text, ...ENCODINGS.flatMap((encode) => encode(text)).filter((each) => each.length >= LEAST_ENCODED)],
  );
  return [...new Set(spellings)].sort((one, other) => other.length - one.length);
};
