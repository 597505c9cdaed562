import { PRICES } from './prices.ts';
import { CALL_MILLISECONDS } from './reference-workload.ts';

/** What one execution consumes. */
export interface Usage {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly tableKilobytes: number;
  readonly payloadPuts: number;
  readonly payloadGets: number;
  readonly payloadKilobytes: number;
  /** Of the gateway. */
  readonly requests: number;
  /** Whether the function that takes the webhook waits for the answer. */
  readonly waits: boolean;
  readonly expressRuns: number;
  /** Of Standard machines. */
  readonly transitions: number;
  readonly invocations: number;
  readonly loggedBytes: number;
}

/** What functions are given; `infra/` says the same. */
const FUNCTION_GIBIBYTES = 0.5;
/** Around the call of the workload: reading, evaluating, writing, at that much memory. */
const INTERPRETER_MILLISECONDS = CALL_MILLISECONDS + 40;
/** What the function that takes the webhook does besides waiting. */
const RECEIVER_MILLISECONDS = 20;
const EXPRESS_GIBIBYTES = 64 / 1_024;
const EXPRESS_STEP_MILLISECONDS = 100;
const MILLION = 1e6;
const GIGABYTE_KILOBYTES = 1_024 ** 2;

export interface Bill {
  /** US dollars for a million executions, kept for 30 days. */
  readonly total: number;
  readonly parts: Readonly<Record<string, number>>;
}

export const billOf = (usage: Usage): Bill => {
  const receiver = RECEIVER_MILLISECONDS + (usage.waits ? INTERPRETER_MILLISECONDS : 0);
  const interpreter = INTERPRETER_MILLISECONDS * (usage.invocations - usage.requests);
  const gibibyteSeconds = (FUNCTION_GIBIBYTES * (receiver + interpreter)) / 1_000;
  const expressSeconds =
    (Math.ceil(INTERPRETER_MILLISECONDS / EXPRESS_STEP_MILLISECONDS) * EXPRESS_STEP_MILLISECONDS) / 1_000;
  const each = {
    gateway: usage.requests * PRICES.httpApiRequest,
    functions: gibibyteSeconds * PRICES.lambdaGibibyteSecond + usage.invocations * PRICES.lambdaRequest,
    machines:
      usage.expressRuns *
        (PRICES.expressStart + EXPRESS_GIBIBYTES * expressSeconds * PRICES.expressGibibyteSecond) +
      usage.transitions * PRICES.standardTransition,
    database:
      usage.writeUnits * PRICES.writeUnit +
      usage.readUnits * PRICES.readUnit +
      (usage.tableKilobytes / GIGABYTE_KILOBYTES) * PRICES.tableGigabyteMonth,
    payloads:
      usage.payloadPuts * PRICES.payloadPut +
      usage.payloadGets * PRICES.payloadGet +
      (usage.payloadKilobytes / GIGABYTE_KILOBYTES) * PRICES.payloadGigabyteMonth,
    logs: (usage.loggedBytes / 1_024 / GIGABYTE_KILOBYTES) * PRICES.logGigabyte,
  };
  const parts = Object.fromEntries(Object.entries(each).map(([part, dollars]) => [part, dollars * MILLION]));
  return { total: Object.values(parts).reduce((sum, dollars) => sum + dollars, 0), parts };
};
