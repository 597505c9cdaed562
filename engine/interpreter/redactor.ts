import { spellingsOf } from '../credentials/encodings.ts';
import type { NodeErrorData } from '../errors.ts';
import type { NodeResult } from '../nodes/define-node.ts';
import type { FilePort } from '../ports.ts';
import type { ConsoleLine } from './event.ts';
import { redactBytes } from './redact-bytes.ts';

export const REDACTED = '[redacted]';
/** Of a secret cut off at the end of a message, this much already tells something. */
const LEAST_BEGINNING = 6;

/**
 * Takes the secrets a slice has come to know out of what nodes give back, before it becomes an event: what is recorded, shown and
 * handed on is then the same, now and when it is replayed. Costs nothing until there is a secret.
 */
export class Redactor {
  readonly #known = new Set<string>();
  #spellings: readonly string[] = [];

  /** From now on these are taken out. */
  learn(secrets: readonly string[]): void {
    const fresh = secrets.filter((secret) => !this.#known.has(secret));
    if (fresh.length === 0) return;
    for (const secret of fresh) this.#known.add(secret);
    const spellings = [...this.#spellings, ...fresh.flatMap(spellingsOf)];
    this.#spellings = [...new Set(spellings)].sort((one, other) => other.length - one.length);
  }

  result(result: NodeResult): NodeResult {
    if (this.#spellings.length === 0) return result;
    // Pairing is numbers, and as long as the items are many.
    const { pairing, ...rest } = result;
    return { ...this.#value(rest), ...(pairing === undefined ? {} : { pairing }) };
  }

  /** Messages quote what came, and may stop in the middle of it. */
  error({ code, ...rest }: NodeErrorData): NodeErrorData {
    const error = { code, ...rest };
    if (this.#spellings.length === 0) return error;
    return { code: this.#text(code), ...this.#value(rest, (text) => this.#withoutBeginning(text)) };
  }

  line({ level, text }: ConsoleLine): ConsoleLine {
    return { level, text: this.#text(text) };
  }

  /** The files of an execution, written without the secrets. */
  files(files: FilePort): FilePort {
    return {
      open: files.open,
      save: (content, about) =>
        this.#spellings.length === 0
          ? files.save(content, about)
          : files.save(redactBytes(content, this.#spellings, REDACTED), this.#value(about)),
    };
  }

  /** The same value where it holds no secret: items go on by reference. */
  #value<T>(value: T, more: (text: string) => string = same): T {
    if (typeof value === 'string') return more(this.#text(value)) as T;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const cleaned = value.map((each) => this.#value(each, more));
      return cleaned.every((each, index) => each === value[index]) ? value : (cleaned as T);
    }
    const entries = Object.entries(value);
    const cleaned = entries.map(([key, each]) => [this.#text(key), this.#value(each, more)] as const);
    const isSame = cleaned.every(
      ([key, each], index) => key === entries[index]?.[0] && each === entries[index]?.[1],
    );
    return isSame ? value : (Object.fromEntries(cleaned) as T);
  }

  #text(text: string): string {
    let cleaned = text;
    for (const spelling of this.#spellings)
      if (spelling.length <= cleaned.length && cleaned.includes(spelling))
        cleaned = cleaned.replaceAll(spelling, REDACTED);
    return cleaned;
  }

  #withoutBeginning(text: string): string {
    for (const spelling of this.#spellings) {
      for (let length = Math.min(spelling.length - 1, text.length); length >= LEAST_BEGINNING; length -= 1) {
        if (text.endsWith(spelling.slice(0, length))) return text.slice(0, -length) + REDACTED;
      }
    }
    return text;
  }
}

const same = (text: string): string => text;
