import variant from '@jitl/quickjs-singlefile-mjs-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import type { NodeErrorData } from '../../engine/errors.ts';
import type { ConsoleLine } from '../../engine/interpreter/event.ts';
import { codeError, hostLimit, outOfTime, threw } from '../../engine/nodes/code/errors.ts';
import type { SandboxProgram, SandboxReport } from '../../engine/ports.ts';
import { guestText } from './guest/program.ts';

const PAGE_BYTES = 64 * 1024;
const MEBIBYTE = 1024 * 1024;
/** Its build asks for so much to begin with. */
const FIRST_MEBIBYTES = 16;
/** What QuickJS itself takes before any code has run. */
const OWN_MEBIBYTES = 2;
/** So little is left when nothing more fits. */
const FULL_BYTES = MEBIBYTE;
/** Of QuickJS's own stack. The thread's must be larger. */
const STACK_BYTES = 256 * 1024;
/** A machine that has run so often, or has grown so large, makes way for a new one. */
const MAX_RUNS = 1_000;
const LARGE_BYTES = 48 * MEBIBYTE;
/** For the lines written before the time was up. */
const CONSOLE_MILLISECONDS = 20;
const CONSOLE_CHARACTERS = 1024 * 1024;

interface WasmMemory {
  readonly buffer: ArrayBuffer;
}
/** Node has it, and its types do not know yet. Sizes are in pages. */
const { Memory } = Reflect.get(globalThis, 'WebAssembly') as {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WasmMemory;
};

/** One WebAssembly memory, which only ever grows, and the QuickJS in it. */
interface Machine {
  readonly quickjs: QuickJSWASMModule;
  readonly memory: WasmMemory;
  readonly memoryMebibytes: number;
  /** Whether the memory has grown as far as it may, within a margin. */
  readonly isFull: () => boolean;
  runs: number;
}

/**
 * QuickJS in this thread. Every program gets a runtime of its own, so nothing is left for the next. QuickJS counts its memory
 * too low to limit it, so the memory it stands in has the limit; and its interrupts do not reach into built-ins, so whoever
 * owns the thread has to be ready to end it.
 */
export const makeQuickJs = (): { run(program: SandboxProgram): Promise<SandboxReport> } => {
  let machine: Machine | null = null;
  return {
    run: async (program) => {
      if (machine?.memoryMebibytes !== program.memoryMebibytes) machine = null;
      machine ??= await makeMachine(program.memoryMebibytes);
      machine.runs += 1;
      const { report, isSound } = runProgram(machine, program);
      const isLarge = machine.memory.buffer.byteLength > LARGE_BYTES || machine.isFull();
      if (machine.runs >= MAX_RUNS || isLarge || !isSound) machine = null;
      return report;
    },
  };
};

const makeMachine = async (memoryMebibytes: number): Promise<Machine> => {
  const maximum = Math.max(FIRST_MEBIBYTES, OWN_MEBIBYTES + memoryMebibytes) * MEBIBYTE;
  const memory = new Memory({
    initial: (FIRST_MEBIBYTES * MEBIBYTE) / PAGE_BYTES,
    maximum: maximum / PAGE_BYTES,
  });
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: memory }));
  const isFull = () => memory.buffer.byteLength > maximum - FULL_BYTES;
  return { quickjs, memory, memoryMebibytes, isFull, runs: 0 };
};

/** Not sound: the host's own stack or memory was exhausted, and what is left inside is in no known state. */
const runProgram = (
  { quickjs, isFull }: Machine,
  program: SandboxProgram,
): { readonly report: SandboxReport; readonly isSound: boolean } => {
  let report: SandboxReport | null = null;
  try {
    const runtime = quickjs.newRuntime({
      memoryLimitBytes: program.memoryMebibytes * MEBIBYTE,
      maxStackSizeBytes: STACK_BYTES,
    });
    let deadline = performance.now() + program.milliseconds;
    const isLate = () => performance.now() > deadline;
    runtime.setInterruptHandler(isLate);
    const guest = new GuestHandle(runtime, runtime.newContext(), program, isFull);
    const result = guest.run();
    const ended = 'error' in result && isLate() ? { error: outOfTime(program.milliseconds) } : result;
    deadline = performance.now() + CONSOLE_MILLISECONDS;
    report = { lines: guest.console(), ...ended };
    guest.dispose();
    return { report, isSound: true };
  } catch (thrown) {
    return { report: report ?? { lines: [], error: hostLimit(thrown) }, isSound: false };
  }
};

type Result = { readonly output: string; readonly isMemoryFull?: true } | { readonly error: NodeErrorData };

/** The code and what surrounds it in one context. Only texts come out. */
class GuestHandle {
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #program: SandboxProgram;
  readonly #isMemoryFull: () => boolean;
  #guest: QuickJSHandle | null = null;

  constructor(
    runtime: QuickJSRuntime,
    context: QuickJSContext,
    program: SandboxProgram,
    isMemoryFull: () => boolean,
  ) {
    this.#runtime = runtime;
    this.#context = context;
    this.#program = program;
    this.#isMemoryFull = isMemoryFull;
  }

  run(): Result {
    const { source, input, outputBytes } = this.#program;
    const { text, isAsync } = guestText(this.#program);
    const guest = this.#evaluate(text, 'stepwell');
    if ('error' in guest) return guest;
    this.#guest = guest.handle;
    // The code's first line stays the first: errors tell their place.
    const user = this.#evaluate(
      `${isAsync ? '(async function () {' : '(      function () {'}${source}\n})`,
      'code',
    );
    if ('error' in user) return user;
    const given = this.#context.newString(input);
    const begun = this.#callForText('run', 16, given, user.handle);
    given.dispose();
    user.handle.dispose();
    if ('error' in begun) return begun;
    const ended = begun.output === 'pending' ? this.#wait() : begun;
    if ('error' in ended) return ended;
    const output = this.#callForText('output', outputBytes);
    if ('error' in output) return output;
    if (ended.output === 'failed') return { error: threw(JSON.parse(output.output), this.#isMemoryFull()) };
    return this.#isMemoryFull() ? { ...output, isMemoryFull: true } : output;
  }

  /** Runs what the code has put off, as long as there is some. */
  #wait(): Result {
    const jobs = this.#runtime.executePendingJobs();
    if (jobs.error) return { error: this.#errorOf(jobs.error) };
    jobs.dispose();
    const status = this.#callForText('status', 16);
    return 'output' in status && status.output === 'pending'
      ? { error: codeError('code.pending', 'The code waits for something that never happens.') }
      : status;
  }

  console(): ConsoleLine[] {
    const written = this.#guest ? this.#callForText('console', CONSOLE_CHARACTERS) : null;
    if (!written || 'error' in written || written.output === '') return [];
    const { lines, dropped } = JSON.parse(written.output);
    return dropped > 0 ? [...lines, { level: 'warn', text: `… and ${dropped} more lines` }] : lines;
  }

  dispose(): void {
    this.#guest?.dispose();
    this.#context.dispose();
    this.#runtime.dispose();
  }

  #evaluate(
    text: string,
    name: string,
  ): { readonly handle: QuickJSHandle } | { readonly error: NodeErrorData } {
    const evaluated = this.#context.evalCode(text, name);
    return evaluated.error ? { error: this.#errorOf(evaluated.error) } : { handle: evaluated.value };
  }

  #call(
    method: string,
    given: QuickJSHandle[],
  ): { readonly handle: QuickJSHandle } | { readonly error: NodeErrorData } {
    const guest = this.#guest ?? this.#context.undefined;
    const called = this.#context.callMethod(guest, method, given);
    return called.error ? { error: this.#errorOf(called.error) } : { handle: called.value };
  }

  /** A text's size is looked at before it is copied. */
  #callForText(method: string, maxCharacters: number, ...given: QuickJSHandle[]): Result {
    const called = this.#call(method, given);
    if ('error' in called) return called;
    const { handle } = called;
    try {
      if (this.#context.typeof(handle) !== 'string')
        return { error: codeError('code.badResult', 'What the code returned cannot be written as JSON.') };
      const size = this.#context
        .getProp(handle, 'length')
        .consume((length) => this.#context.getNumber(length));
      if (size > maxCharacters)
        return {
          error: codeError(
            'code.tooLarge',
            `What the code returned is larger than the limit of ${maxCharacters} characters.`,
          ),
        };
      return { output: this.#context.getString(handle) };
    } finally {
      handle.dispose();
    }
  }

  /** Only texts are read of an error. What the code does when it is asked for them counts against its limits. */
  #errorOf(handle: QuickJSHandle): NodeErrorData {
    const read = (name: string): string => {
      const value = this.#context.getProp(handle, name);
      const text = this.#context.typeof(value) === 'string' ? this.#context.getString(value) : '';
      value.dispose();
      return text.slice(0, 2_000);
    };
    try {
      const place = /code:(\d+)(?::(\d+))?/.exec(read('stack'));
      const error = {
        name: read('name'),
        message: read('message'),
        line: place ? Number(place[1]) : null,
        column: place?.[2] ? Number(place[2]) : null,
      };
      return threw(error, this.#isMemoryFull());
    } finally {
      handle.dispose();
    }
  }
}
