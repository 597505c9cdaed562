import type { z } from 'zod';
import { type PlanNode, rawKey } from '../compile/plan.ts';
import { secretsOf } from '../credentials/secrets-of.ts';
import { NodeError } from '../errors.ts';
import {
  type CompiledTemplate,
  type ExpressionScope,
  evaluateTemplate,
  parseTemplate,
} from '../expression/template.ts';
import { type Item, type Json, MAIN_PORT, type PortItems } from '../item.ts';
import type { NodeCall, NodeResult, Resumption } from '../nodes/define-node.ts';
import type { EnginePorts, FilePort } from '../ports.ts';
import { IN_WORDS } from '../schema-words.ts';
import { type CallWatch, type WatchedCall, watchCalls } from './call-watch.ts';
import type { Redactor } from './redactor.ts';
import { checkResult, type OutputSizes } from './result-check.ts';
import type { RunLines } from './run-lines.ts';
import type { RunState } from './state.ts';
import { nextWaitId, resumptionOf } from './waits.ts';

type MaybePromise<T> = T | Promise<T>;

/** The calls of one node in one attempt, by item; a node that runs once for all items has one call, 0. */
export interface NodeCalls {
  /** Evaluates and checks the parameters. Throws NodeError, at once or later. */
  prepare(index: number): MaybePromise<unknown>;
  /** Lets the node act. Stays synchronous when the node does: 10,000 items must not cost 10,000 promises. */
  execute(index: number, parameters: unknown): MaybePromise<NodeResult>;
  close(): void;
}

export interface CallSetting {
  readonly node: PlanNode;
  readonly inputs: PortItems;
  readonly items: readonly Item[];
  readonly scopeOf: (index: number) => ExpressionScope;
  readonly ports: EnginePorts;
  readonly files: FilePort;
  readonly redactor: Redactor;
  readonly runLines: RunLines;
  readonly signal: AbortSignal;
  readonly trusted: WeakSet<object>;
  /** The idempotency key up to the item's index. */
  readonly keyPrefix: string;
  readonly executionId: string;
  readonly run: RunState;
}

const TIMEOUT_SECONDS = 60;

export const makeNodeCalls = (setting: CallSetting): NodeCalls => {
  const { node, inputs, items, scopeOf, ports, keyPrefix } = setting;
  const perItem = node.type.mode === 'perItem';
  let templates: Map<Json, CompiledTemplate> | null = null;
  let watch: CallWatch | null = null;

  const evaluate: NodeCall<unknown>['evaluate'] = (raw, index, seen) => {
    templates ??= new Map();
    const template = templateOf(node, templates, raw);
    return evaluateTemplate(template, seen ? { ...scopeOf(index), ...seen } : scopeOf(index));
  };
  const credential: NodeCall<unknown>['credential'] = async (other) => {
    const { id = node.written.credentialId, types = node.type.credentialTypes } = other ?? {};
    if (id === undefined) return null;
    const resolved = await ports.credentials.resolve(id);
    setting.redactor.learn(secretsOf(resolved));
    if (types.includes(resolved.type)) return resolved;
    const wanted = types.join(', ') || 'no credential';
    const message = `The node takes ${wanted}, and ${id} is of type ${resolved.type}.`;
    throw new NodeError('credential.wrongType', message);
  };
  // Parameters without expressions come as the same value for each item.
  let last: { readonly evaluated: Json | undefined; readonly checked: unknown } | null = null;
  const check = (evaluated: Json | undefined): unknown => {
    if (last && last.evaluated === evaluated) return last.checked;
    const checked = parse(evaluated);
    last = { evaluated, checked };
    return checked;
  };
  const parse = (evaluated: Json | undefined): unknown => {
    const parsed = node.type.parameters.safeParse(withRaw(node, evaluated), IN_WORDS);
    if (parsed.success) return parsed.data;
    throw new NodeError('node.invalidParameters', parsed.error.issues.map(describeIssue).join('; '), {
      details: parsed.error.issues.map((issue) => `/${issue.path.join('/')}`),
    });
  };

  const resumption = resumptionOf(setting.run);
  const sizes: OutputSizes = {};
  const signals: Signals = {
    begin: () => {
      watch ??= watchCalls(ports.clock, timeoutOf(node), setting.signal);
      return watch.begin();
    },
  };
  const shared: SharedByCalls = {
    ports,
    files: setting.files,
    turn: setting.run.turn ?? FIRST_TURN,
    onError: node.written.onError,
    evaluate,
    scope: scopeOf,
    log: (line) => setting.runLines.write(setting.redactor.line(line)),
    spend: (usage) => setting.runLines.spend(usage),
    credential,
    link: (choice) => {
      const waitId = nextWaitId(setting.run);
      return ports.links.link({ executionId: setting.executionId, waitId, choice: choice ?? null });
    },
  };

  return {
    prepare: (index) => after(evaluateTemplate(node.parameters, scopeOf(index)), check),
    execute: (index, parameters) => {
      const item = items[index];
      const own = perItem && item ? [item] : null;
      const call = new OneCall(shared, signals, {
        parameters,
        inputs: own ? { [MAIN_PORT]: own } : inputs,
        items: own ?? items,
        index,
        idempotencyKey: `${keyPrefix}/${index}`,
      });
      const result = resumption ? resumed(node, call, resumption) : node.type.execute(call);
      return after(result instanceof Promise ? call.settle(result) : result, (value) =>
        setting.redactor.result(checkResult(value, node, setting.trusted, sizes)),
      );
    },
    close: () => watch?.close(),
  };
};

type Call = NodeCall<unknown>;
type OwnToCall = Pick<Call, 'parameters' | 'inputs' | 'items' | 'index' | 'idempotencyKey'>;
type SharedByCalls = Omit<Call, keyof OwnToCall | 'signal'>;

/** A class for the sake of its getter: see `JournalWriter`. */
class OneCall implements Call {
  readonly parameters: Call['parameters'];
  readonly inputs: Call['inputs'];
  readonly items: Call['items'];
  readonly index: Call['index'];
  readonly ports: Call['ports'];
  readonly files: Call['files'];
  readonly turn: Call['turn'];
  readonly onError: Call['onError'];
  readonly idempotencyKey: Call['idempotencyKey'];
  readonly link: Call['link'];
  readonly evaluate: Call['evaluate'];
  readonly scope: Call['scope'];
  readonly log: Call['log'];
  readonly spend: Call['spend'];
  readonly credential: Call['credential'];
  readonly #signals: Signals;
  #watched: WatchedCall | null = null;

  constructor(shared: SharedByCalls, signals: Signals, own: OwnToCall) {
    this.parameters = own.parameters;
    this.inputs = own.inputs;
    this.items = own.items;
    this.index = own.index;
    this.ports = shared.ports;
    this.files = shared.files;
    this.turn = shared.turn;
    this.onError = shared.onError;
    this.idempotencyKey = own.idempotencyKey;
    this.link = shared.link;
    this.evaluate = shared.evaluate;
    this.scope = shared.scope;
    this.log = shared.log;
    this.spend = shared.spend;
    this.credential = shared.credential;
    this.#signals = signals;
  }

  /** Made when first asked for: nodes without I/O never do, and a signal costs more than their whole call. */
  get signal(): AbortSignal {
    return this.#watch().signal;
  }

  /** Cut when the node takes too long. */
  settle<T>(promise: Promise<T>): Promise<T> {
    return this.#watch().settle(promise);
  }

  #watch(): WatchedCall {
    this.#watched ??= this.#signals.begin();
    return this.#watched;
  }
}

type Signals = Pick<CallWatch, 'begin'>;

const FIRST_TURN = { index: 0, carry: null } as const;

const resumed = (
  { type, name }: PlanNode,
  call: NodeCall<unknown>,
  resumption: Resumption,
): MaybePromise<NodeResult> => {
  if (type.resume) return type.resume(call, resumption);
  throw new NodeError('node.cannotResume', `Node "${name}" (${type.type}) has waited and cannot go on.`);
};

/** The default also bounds pure nodes, which are only asynchronous when they evaluate expressions. */
const timeoutOf = (node: PlanNode): number => (node.written.timeoutSeconds ?? TIMEOUT_SECONDS) * 1000;

const templateOf = (node: PlanNode, own: Map<Json, CompiledTemplate>, raw: Json): CompiledTemplate => {
  // Checking has copied what is no text, so that only what is written in it says which one it is.
  const template = own.get(raw) ?? node.rawTemplates.get(rawKey(raw)) ?? parseTemplate(raw);
  own.set(raw, template);
  return template;
};

const withRaw = (node: PlanNode, evaluated: Json | undefined): unknown =>
  node.type.rawParameters.length + node.type.verbatimParameters.length === 0
    ? evaluated
    : { ...(evaluated as object), ...node.raw };

const describeIssue = (issue: z.core.$ZodIssue): string =>
  `${issue.path.length === 0 ? 'parameters' : issue.path.join('.')}: ${issue.message}`;

/** Goes on with a value now if it is here, or when it comes. */
export const after = <T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> =>
  value instanceof Promise ? value.then(next) : next(value);
