import { type Matcher, RE2JS } from 're2js';

/**
 * What JSONata takes for a regular expression: same interface as RegExp's, as far as JSONata uses it, on an engine whose time
 * is linear in the text. Look-around and back-references do not exist in it.
 */
export class LinearRegex {
  lastIndex = 0;
  readonly #pattern: RE2JS;
  #matcher: Matcher | null = null;
  #text: string | null = null;

  constructor(written: RegExp) {
    this.#pattern = compileLinear(written);
  }

  exec(text: string): (RegExpExecArray & { index: number }) | null {
    if (text !== this.#text || this.#matcher === null) {
      this.#text = text;
      this.#matcher = this.#pattern.matcher(text);
    }
    const matcher = this.#matcher;
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    const groups = Array.from(
      { length: matcher.groupCount() + 1 },
      (_, group) => matcher.group(group) ?? undefined,
    );
    this.lastIndex = matcher.end();
    return Object.assign(groups, { index: matcher.start(), input: text }) as unknown as RegExpExecArray;
  }
}

/** Throws with the reason when the engine has no such construct. */
export const compileLinear = ({ source, flags }: RegExp): RE2JS =>
  RE2JS.compile(
    source,
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0),
  );
