import type { z } from 'zod';
import type { AiUsage } from '../ai/port.ts';
import type { NodeErrorData } from '../errors.ts';
import type { ExpressionScope, SeenAnswer } from '../expression/scope.ts';
import type {
  AnswerForm,
  ChildCall,
  ChildResult,
  ConsoleLine,
  Pairing,
  ResumeReason,
  WorkflowResponse,
} from '../interpreter/event.ts';
import type { Item, Json, JsonObject, PortItems } from '../item.ts';
import type { EnginePorts, FilePort, ResolvedCredential } from '../ports.ts';

/** `pure`: recomputing changes nothing. `read`: safe to repeat. `write`: recorded before it acts, repeated under the same key. */
export type Effect = 'pure' | 'read' | 'write';

/**
 * A node type: everything the interpreter, the catalogue, the validator and the docs know of it.
 * Shared code reads these properties and never asks for a type by name.
 */
export interface NodeType<Parameters = unknown> {
  readonly type: string;
  readonly version: number;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly icon: string;
  readonly isAi: boolean;
  /** Triggers begin executions and have no input. */
  readonly trigger: 'manual' | 'webhook' | 'schedule' | 'event' | 'workflow' | 'error' | null;
  /** May depend on the written parameters, as a switch's outputs do. */
  readonly inputs: (parameters: JsonObject) => readonly string[];
  readonly outputs: (parameters: JsonObject) => readonly string[];
  /** May depend on the evaluated parameters, as that of an HTTP call does on its method. */
  readonly effect: (parameters: Parameters) => Effect;
  /** True when some parameters can make it act on the outside: decides what needs a `nodeStarted` first. */
  readonly pure: boolean;
  /** True for the node that keeps a cycle from running for ever (loops and waits declare it). */
  readonly breaksCycle: boolean;
  /** True for the head of a loop: it runs again, with what came back, when a turn it asked for is over. */
  readonly iterates: boolean;
  /** Set where the nodes between two of its ports are run as executions of their own: where they begin, and where they end. */
  readonly body: { readonly begins: string; readonly ends: string } | null;
  /** Of a node with several inputs: whether it runs once each has come, or with the first that does. By the written parameters. */
  readonly joins: (parameters: JsonObject) => 'all' | 'any';
  /** The answer to the caller comes from nodes that declare this. */
  readonly responds: boolean;
  readonly credentialTypes: readonly string[];
  /** True where it can do nothing without one; others may call what asks for none, or act as the deployment's role. */
  readonly needsCredential: boolean;
  /** Evaluated parameters, checked before `execute` sees them. */
  readonly parameters: z.ZodType<Parameters>;
  /** Names of top-level parameters kept as written: the node evaluates them itself, item by item. */
  readonly rawParameters: readonly string[];
  /** Names of top-level parameters in another language, such as code: `{{` in them means nothing. */
  readonly verbatimParameters: readonly string[];
  /** `once`: parameters are evaluated for the first item and `execute` is called once. `perItem`: for every item. */
  readonly mode: 'once' | 'perItem';
  /** How many items of a run are worked on at once in `perItem` mode; 1 for a pure node and 10 for others when not said. */
  readonly concurrency?: number | ((written: JsonObject) => number);
  /** In `perItem` mode, no more than `size` calls begin in an interval; null: as many as there are. From the written parameters. */
  readonly pace?: (written: JsonObject) => Pace | null;
  /** Static checks beyond the schema, on the written parameters (what regular expressions, ports or cases may be). */
  readonly check?: (
    parameters: JsonObject,
  ) => readonly { readonly pointer: string; readonly message: string }[];
  readonly example: {
    readonly parameters: JsonObject;
    readonly input: readonly Item[];
    readonly output: PortItems;
  };
  readonly execute: (call: NodeCall<Parameters>) => Promise<NodeResult> | NodeResult;
  /** Goes on after a wait that `execute`, or an earlier `resume`, has asked for. Only nodes that run `once` can wait. */
  readonly resume?: (call: NodeCall<Parameters>, resumption: Resumption) => Promise<NodeResult> | NodeResult;
}

/** Why a node run goes on, with the notes it made when it began to wait. */
export interface Resumption {
  readonly reason: ResumeReason;
  readonly notes: Json;
  /** The children it asked for. */
  readonly calls: readonly ChildCall[];
  /** What came of the children it waited for, in their order; null for one that was not begun. */
  readonly children: readonly (ChildResult | null)[];
  /** Their execution ids; null for one that could not be started. */
  readonly childIds: readonly (string | null)[];
}

export interface Pace {
  readonly size: number;
  readonly intervalMilliseconds: number;
}

export interface NodeCall<Parameters> {
  readonly parameters: Parameters;
  /** Items by input port; in `perItem` mode `main` holds exactly one. */
  readonly inputs: PortItems;
  readonly items: readonly Item[];
  /** Position of the item in the run's input; 0 in `once` mode. */
  readonly index: number;
  /** What the trigger brought, for trigger nodes. */
  readonly ports: EnginePorts;
  /** The files that the items' `binary` refers to. */
  readonly files: FilePort;
  /** Of a loop's head: which turn this is, and what it noted for it in the one before. */
  readonly turn: { readonly index: number; readonly carry: Json };
  /** What is done about errors, by the definition. */
  readonly onError: 'stop' | 'continue' | 'branch';
  /** Stable over retries and restarts; different for every node run and item. Sent as `Idempotency-Key`. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  /** The address that answers the wait this call is about to ask for. `choice`: the answer the link stands for. */
  link(choice?: string): Promise<string>;
  /** Evaluates a raw parameter (a template or any JSON that holds some) for one item of `main`. */
  evaluate(raw: Json, index: number, seen?: SeenAnswer): Json | undefined | Promise<Json | undefined>;
  /** What expressions see at one item of `main`. */
  scope(index: number): ExpressionScope;
  /** Says something to who reads the execution's log. The first lines are kept. */
  log(line: ConsoleLine): void;
  /** Tells what a call to a model has taken: it stands in the log, whatever becomes of the run. */
  spend(usage: AiUsage): void;
  /**
   * The credential the node names, of one of the type's `credentialTypes`; null when it names none. Throws NodeError `credential.…`.
   * What it holds is taken out of what the node returns or throws. `other`: one that the parameters name.
   */
  credential(other?: OtherCredential): Promise<ResolvedCredential | null>;
}

interface OtherCredential {
  readonly id: string;
  readonly types: readonly string[];
}

/** What a node gives back. In `perItem` mode pairing is filled in; in `once` mode a missing pairing means: from all. */
export interface NodeResult {
  readonly outputs: PortItems;
  readonly pairing?: Readonly<Record<string, Pairing>>;
  /** The run is not over: it goes on through `resume`. `outputs` go on at once, by ports that are not used again. */
  readonly wait?: WaitRequest;
  /** Of a node that runs once: items that failed by themselves. They take the way that `onError` says. */
  readonly itemErrors?: readonly { readonly index: number; readonly error: NodeErrorData }[];
  /** Of a loop's head: another turn follows. `collects`: what comes back is kept for the end. */
  readonly turn?: { readonly carry: Json; readonly collects: boolean };
  /** Of a loop's head in the end: the port that gives what came back in all turns. */
  readonly collected?: string;
  /** The answer for a waiting caller. */
  readonly response?: WorkflowResponse;
  /** Ends the execution now, as completed or as failed. */
  readonly stop?: { readonly error: { readonly code: string; readonly message: string } | null };
}

/** What a node wants to wait for. Times are milliseconds since 1970; `notes` come back when it goes on. */
export type WaitRequest = { readonly notes?: Json } & (
  | { readonly kind: 'timer'; readonly until: number }
  | {
      readonly kind: 'callback' | 'approval';
      readonly until: number | null;
      /** Where the answer goes, as `link()` gave it. */
      readonly url: string;
      readonly form?: AnswerForm;
    }
  | {
      readonly kind: 'child';
      readonly children: readonly ChildCall[];
      readonly concurrency: number;
      readonly stopsAtFailure: boolean;
    }
);

type Written<Parameters> = Pick<
  NodeType<Parameters>,
  'type' | 'name' | 'description' | 'category' | 'icon' | 'parameters' | 'example' | 'execute'
> &
  Partial<Omit<NodeType<Parameters>, 'inputs' | 'outputs' | 'effect' | 'pure'>> & {
    readonly inputs?: readonly string[] | NodeType<Parameters>['inputs'];
    readonly outputs?: readonly string[] | NodeType<Parameters>['outputs'];
    readonly effect?: Effect | NodeType<Parameters>['effect'];
  };

const MAIN: readonly string[] = ['main'];

/** Makes a node type: what is not said is an action with one input and one output, `main`, without effects, run once. */
export const defineNode = <Parameters>(written: Written<Parameters>): NodeType<Parameters> => {
  const { inputs = written.trigger ? [] : MAIN, outputs = MAIN, effect = 'pure' } = written;
  return {
    version: 1,
    isAi: false,
    trigger: null,
    breaksCycle: false,
    iterates: false,
    body: null,
    joins: () => 'all',
    responds: false,
    credentialTypes: [],
    needsCredential: false,
    rawParameters: [],
    verbatimParameters: [],
    mode: 'once',
    ...written,
    inputs: typeof inputs === 'function' ? inputs : () => inputs,
    outputs: typeof outputs === 'function' ? outputs : () => outputs,
    effect: typeof effect === 'function' ? effect : () => effect,
    pure: effect === 'pure',
  };
};
