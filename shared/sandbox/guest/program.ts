import type { SandboxProgram } from '../../../engine/ports.ts';
import { guestBytes } from './bytes.ts';
import { guestClock } from './clock.ts';
import { guestConsole } from './console.ts';
import { guestCore } from './core.ts';
import { guestNodes } from './nodes.ts';
import { guestUrl } from './url.ts';

/** With the line that tells of the others, as many as the log keeps. */
const MAX_CONSOLE_LINES = 199;
const MAX_LINE_CHARACTERS = 2_000;

const MIGHT_WAIT = /\b(await|async|Promise|then)\b/;
const MENTIONS_CHANCE = /Date|random|Math/;
const MENTIONS_BYTES = /\b(Buffer|btoa|atob)\b/;
const MENTIONS_URL = /\bURL(SearchParams)?\b/;
const MENTIONS_NODES = /\$node\b|\$\s*\(/;

/** A function as QuickJS is to compile it, again and again: without what only people read. */
const textOf = (part: (...given: never[]) => unknown): string => `(${part})`.replaceAll(/\n\s+/g, '\n');
const CORE = textOf(guestCore);
const CLOCK = textOf(guestClock);
const CONSOLE = textOf(guestConsole);
const NODES = textOf(guestNodes);
const BYTES = textOf(guestBytes);
const URLS = textOf(guestUrl);

/**
 * The text that surrounds the code, with the parts that the code asks for by name: QuickJS compiles it for every program. What
 * code gets at by other ways is the real clock and real chance, and no console.
 */
export const guestText = ({
  source,
  mode,
  now,
  seed,
}: SandboxProgram): { text: string; isAsync: boolean } => {
  const isAsync = MIGHT_WAIT.test(source);
  const clock = MENTIONS_CHANCE.test(source) ? `${CLOCK}(${now},${seed});` : '';
  const bytes = MENTIONS_BYTES.test(source) ? `${BYTES}();` : '';
  const urls = MENTIONS_URL.test(source) ? `${URLS}();` : '';
  const lines = source.includes('console')
    ? `${CONSOLE}(${MAX_CONSOLE_LINES},${MAX_LINE_CHARACTERS})`
    : 'null';
  const nodes = MENTIONS_NODES.test(source) ? NODES : 'null';
  return {
    text: `${clock}${bytes}${urls}${CORE}("${mode}",${isAsync},{console:${lines},nodes:${nodes}})`,
    isAsync,
  };
};
