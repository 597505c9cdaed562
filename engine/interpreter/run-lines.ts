import { type AiUsage, addUsage } from '../ai/port.ts';
import type { ConsoleLine } from './event.ts';

const MAX_LINES = 200;
/** Of all lines together. */
const MAX_CHARACTERS = 32 * 1024;

/** What a node run says while it is attempted, as much of it as the log keeps, and what models have cost it. */
export class RunLines {
  readonly #lines: ConsoleLine[] = [];
  #characters = 0;
  #dropped = 0;
  #usage: AiUsage | null = null;

  write({ level, text }: ConsoleLine): void {
    const left = MAX_CHARACTERS - this.#characters;
    if (this.#lines.length >= MAX_LINES || left <= 0) {
      this.#dropped += 1;
      return;
    }
    this.#lines.push({ level, text: text.length > left ? `${text.slice(0, left)}…` : text });
    this.#characters += text.length;
  }

  spend(usage: AiUsage): void {
    this.#usage = this.#usage ? addUsage(this.#usage, usage) : usage;
  }

  /** For an event: nothing where nothing was said or spent. */
  get said(): { readonly console?: readonly ConsoleLine[]; readonly usage?: AiUsage } {
    if (this.#lines.length === 0 && !this.#usage) return {};
    const more: ConsoleLine = { level: 'warn', text: `… and ${this.#dropped} more lines` };
    const lines = this.#dropped === 0 ? this.#lines : [...this.#lines, more];
    return { ...(lines.length > 0 && { console: lines }), ...(this.#usage && { usage: this.#usage }) };
  }
}
