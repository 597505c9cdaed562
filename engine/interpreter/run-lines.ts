import type { ConsoleLine } from './event.ts';

const MAX_LINES = 200;
/** Of all lines together. */
const MAX_CHARACTERS = 32 * 1024;

/** What a node run says while it is attempted, as much of it as the log keeps. */
export class RunLines {
  readonly #lines: ConsoleLine[] = [];
  #characters = 0;
  #dropped = 0;

  write({ level, text }: ConsoleLine): void {
    const left = MAX_CHARACTERS - this.#characters;
    if (this.#lines.length >= MAX_LINES || left <= 0) {
      this.#dropped += 1;
      return;
    }
    this.#lines.push({ level, text: text.length > left ? `${text.slice(0, left)}…` : text });
    this.#characters += text.length;
  }

  /** For an event: nothing where nothing was said. */
  get said(): { readonly console?: readonly ConsoleLine[] } {
    if (this.#lines.length === 0) return {};
    if (this.#dropped === 0) return { console: this.#lines };
    const more: ConsoleLine = { level: 'warn', text: `… and ${this.#dropped} more lines` };
    return { console: [...this.#lines, more] };
  }
}
