import { NodeError } from '../errors.ts';
import { withinText } from './limits.ts';

/** Few enough bytes to pass as arguments. */
const CHUNK = 8_192;

/** The UTF-8 bytes of a text. JSONata's own function takes Latin-1 and spoils every other character. */
export const toBase64 = (text: string): string => {
  withinText(text.length);
  const bytes = new TextEncoder().encode(text);
  const chunks: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK)
    chunks.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  return btoa(chunks.join(''));
};

/** Also takes the alphabet of URLs, with or without padding. */
export const fromBase64 = (base64: string): string => {
  try {
    const latin = atob(base64.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(latin, (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new NodeError('expression.failed', '$unbase64 got a text that is no base64 of UTF-8 text.', {
      cause,
    });
  }
};
