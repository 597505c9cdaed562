import type { NodeErrorData } from '../../errors.ts';
import type { GuestError } from './guest.ts';

/** Nothing about code gets better by running it again. */
export const codeError = (code: string, message: string): NodeErrorData => ({
  code,
  message,
  retryable: false,
});

export const outOfTime = (milliseconds: number): NodeErrorData =>
  codeError('code.timeout', `The code did not end within its limit of ${milliseconds / 1000} s.`);

const outOfMemory = codeError('code.memory', 'The code needs more memory than its limit.');
const tooDeep = codeError('code.depth', 'The code calls or nests something more deeply than the limit.');

/** What QuickJS says when it has run into a limit. The code can say so as well, to its own harm only. */
const LIMITS: readonly (readonly [said: RegExp, error: NodeErrorData])[] = [
  [/^out of memory$|^BigInt is too large|^(invalid )?string (too long|length)$/i, outOfMemory],
  [/^stack overflow$|call stack size/i, tooDeep],
];

/** The code stands in a function whose beginning is in its first line. */
const BEFORE_THE_CODE = 20;

/** What is thrown where there is no memory left for an error that says so. */
const NOTHING = ['', 'null'];

const NETWORK = 'code has no network; call with an HTTP request node before it';
const MODULES = 'code has no modules';
const TIMERS = 'code has no timers; wait with a wait node';

/** What people bring along from elsewhere, and what takes its place. */
const INSTEAD: Readonly<Record<string, string>> = {
  $getWorkflowStaticData: 'keep values from one execution to the next in a table node',
  Intl: 'the date and time node knows time zones',
  XMLHttpRequest: NETWORK,
  axios: NETWORK,
  clearTimeout: TIMERS,
  crypto: 'the crypto node makes hashes, signatures and random values',
  fetch: NETWORK,
  process: 'code sees nothing of the machine; what it may know is in $vars and $execution',
  require: MODULES,
  setInterval: TIMERS,
  setTimeout: TIMERS,
};

const hintFor = (name: string, message: string): string => {
  const missing = name === 'ReferenceError' ? /^'(.+)' is not defined$/.exec(message)?.[1] : undefined;
  return missing !== undefined && Object.hasOwn(INSTEAD, missing) ? `: ${INSTEAD[missing]}` : '';
};

/** What the code threw, as people should read it. */
export const threw = ({ name, message, line, column }: GuestError, isMemoryFull = false): NodeErrorData => {
  if (isMemoryFull && name === '' && NOTHING.includes(message)) return outOfMemory;
  const limit = LIMITS.find(([said]) => said.test(message));
  if (limit) return limit[1];
  const hint = hintFor(name, message);
  const what = name === '' || name === 'Error' ? message : `${name}: ${message}${hint}`;
  return {
    ...codeError(
      name === 'SyntaxError' ? 'code.syntax' : 'code.threw',
      line === null ? what : `${what} (line ${line})`,
    ),
    details: { name, line, column: line === 1 && column !== null ? column - BEFORE_THE_CODE : column },
  };
};

/** What the host of the sandbox ran into on the code's behalf. */
export const hostLimit = (thrown: unknown): NodeErrorData =>
  /call stack/i.test(String(thrown)) ? tooDeep : outOfMemory;
