import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { HttpPort } from '../../../engine/ports.ts';
import { handleInvocation } from '../../../functions/interpreter/handle.ts';
import type { Invocation } from '../../../functions/interpreter/invocation.ts';
import type { NextStep } from '../../../functions/interpreter/next-step.ts';
import { gatheredPokes } from '../../../shared/adapters/aws/gathered-pokes.ts';
import { MACHINE_SUBSTITUTIONS } from '../../../shared/adapters/names.ts';
import { systemClock, systemRandom } from '../../../shared/adapters/system.ts';
import { makeInterpreter } from '../../../shared/executions/interpret.ts';
import { resumeLinks } from '../../../shared/executions/resume-links.ts';
import type { Platform } from '../../../shared/platform.ts';
import { NO_AWS, NO_SQL } from '../../engine/engine-world.ts';

const EXPRESS = 'arn:aws:states:eu-west-1:123456789012:stateMachine:Express';
const STANDARD = 'arn:aws:states:eu-west-1:123456789012:stateMachine:Standard';
const FUNCTION_MILLISECONDS = 900_000;

const hole = (name: string) => `\${${name}}`;

/** The very files that the stacks deploy, with what the stacks fill in. */
const definitionOf = (file: string): StateMachineDefinition => {
  const path = new URL(`../../../infra/state-machines/${file}.asl.json`, import.meta.url);
  const filled = readFileSync(path, 'utf8')
    .replaceAll(
      hole(MACHINE_SUBSTITUTIONS.interpreter),
      'arn:aws:lambda:eu-west-1:123456789012:function:interpreter',
    )
    .replaceAll(hole(MACHINE_SUBSTITUTIONS.standardMachine), STANDARD);
  return JSON.parse(filled);
};
const DEFINITIONS: Readonly<Record<string, StateMachineDefinition>> = {
  [EXPRESS]: definitionOf('express'),
  [STANDARD]: definitionOf('standard'),
};

type Input = Readonly<Record<string, unknown>>;

/** A run of one of the machines. */
export interface MachineRun {
  readonly machine: 'express' | 'standard';
  readonly name: string;
  readonly input: Input;
  /** The states it went through. */
  readonly states: string[];
  readonly result: Promise<unknown>;
  readonly abort: () => void;
}

interface CloudOptions {
  readonly platform: Platform;
  readonly http: HttpPort;
  /** Stands between the machines and the interpreter: what is lost, comes twice or breaks. */
  readonly between?: (
    invocation: Invocation,
    interpret: (invocation: Invocation) => Promise<NextStep>,
  ) => Promise<NextStep>;
  /** How long a wait really takes. */
  readonly waitMilliseconds?: number;
  /** How long it takes the interpreter to wake another execution. */
  readonly wakeMilliseconds?: number;
}

const RETRIED = [
  ...['Interpret', 'HandOver', 'HandOverFault', 'GoOn', 'WakeMany'],
  ...['InterpretWoken', 'HandOverWoken', 'HandOverFaultOfWoken'],
];

class AlreadyExists extends Error {
  override readonly name = 'StepFunctions.ExecutionAlreadyExistsException';
}

/** The state machines as files, over the real interpreter and a real store. Time begins with that of the store, and passes only while a machine waits. */
export const aCloud = ({
  platform,
  http,
  between = (invocation, next) => next(invocation),
  waitMilliseconds = 0,
  wakeMilliseconds = 0,
}: CloudOptions) => {
  const time = { now: platform.clock.now() };
  const clock = { now: () => time.now, sleep: systemClock.sleep };
  const runs: MachineRun[] = [];
  const names = new Set<string>();
  let counted = 0;

  const interpreter = makeInterpreter({
    stores: platform.stores,
    vault: platform.vault,
    aws: () => NO_AWS,
    providers: {},
    poke: gatheredPokes({
      one: async (executionId, writer) => {
        await setTimeout(wakeMilliseconds);
        start(EXPRESS, writer === undefined ? { executionId } : { executionId, writer });
      },
      many: async (wake) => void start(EXPRESS, { wake }),
      pause: setTimeout,
    }),
    ports: {
      clock,
      random: systemRandom,
      http,
      payloads: platform.payloads,
      sql: NO_SQL,
      sandbox: { run: () => Promise.reject(new Error('Nothing here runs code.')) },
      mail: {
        verify: async () => undefined,
        compose: async () => new Uint8Array(),
        send: () => Promise.reject(new Error('Nothing here sends e-mail.')),
      },
      links: resumeLinks(platform.tokens, platform.config.hooksUrl),
    },
  });
  const handle = handleInvocation({ interpreter, clock, random: systemRandom });
  const interpret = (invocation: Invocation) =>
    handle(invocation, { getRemainingTimeInMillis: () => FUNCTION_MILLISECONDS });

  /** Throws for the name of a Standard run that there was before, as AWS does. */
  function start(arn: string, input: Input, name = `run-${++counted}`): MachineRun {
    const machine = arn === EXPRESS ? 'express' : 'standard';
    if (machine === 'standard' && names.has(name)) throw new AlreadyExists(name);
    names.add(name);
    const states: string[] = [];
    let wakeAt = typeof input.wakeAt === 'string' ? input.wakeAt : null;
    let failures = 0;
    const invoke = async (given: unknown) => {
      const { Payload } = given as { Payload: Invocation };
      if (wakeAt !== null) time.now = Math.max(time.now, Date.parse(wakeAt));
      const startedAt = new Date(time.now).toISOString();
      try {
        const step = await between({ ...Payload, ...(Payload.startedAt ? { startedAt } : {}) }, interpret);
        failures = 0;
        wakeAt = step.wakeAt;
        return { Payload: JSON.parse(JSON.stringify(step)) };
      } catch (error) {
        failures += 1;
        throw error;
      }
    };
    const startAnother = (given: unknown) => {
      const { StateMachineArn, Name, Input } = given as {
        StateMachineArn: string;
        Name?: string;
        Input: Input;
      };
      start(StateMachineArn, Input, Name);
      return {};
    };
    const stateMachine = new StateMachine(DEFINITIONS[arn] as StateMachineDefinition, {
      validationOptions: { checkArn: false },
    });
    const run = stateMachine.run(JSON.parse(JSON.stringify(input)), {
      overrides: {
        taskResourceLocalHandlers: {
          Interpret: invoke as never,
          GoOn: startAnother,
          HandOver: startAnother,
          HandOverFault: startAnother,
          WakeMany: startAnother,
          InterpretWoken: invoke as never,
          HandOverWoken: startAnother,
          HandOverFaultOfWoken: startAnother,
        },
        waitTimeOverrides: { Wait: waitMilliseconds },
        retryIntervalOverrides: Object.fromEntries(RETRIED.map((state) => [state, 0])),
      },
      context: {
        Execution: { Id: `${arn}:${name}`, Name: name },
        StateMachine: { Id: arn },
        State: {
          get RetryCount() {
            return failures;
          },
        },
      } as never,
    });
    void (async () => {
      for await (const event of run.eventLogs)
        if (event.type === 'StateEntered') states.push(event.state.name);
    })();
    const result = run.result.catch((error: unknown) => ({ failed: String(error) }));
    const entry: MachineRun = { machine, name, input, states, result, abort: run.abort };
    runs.push(entry);
    return entry;
  }

  return {
    runs,
    time,
    start: (input: Input) => start(EXPRESS, input),
    startStandard: (input: Input, name?: string) => start(STANDARD, input, name),
    machines: { express: EXPRESS, standard: STANDARD },
    /** Resolves when no machine runs any more. */
    settled: async (): Promise<void> => {
      for (let at = 0; at < runs.length; at += 1) await runs[at]?.result;
      // What is logged of the last one comes a moment after its result.
      await new Promise((resolve) => setImmediate(resolve));
    },
    /** Ends what runs: timers that are not to come up. */
    stop: (): void => {
      for (const { abort } of runs) abort();
    },
    ofMachine: (machine: MachineRun['machine']) => runs.filter((run) => run.machine === machine),
  };
};
export type Cloud = ReturnType<typeof aCloud>;
