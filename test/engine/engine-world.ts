import type { AiPort } from '../../engine/ai/port.ts';
import { compile, type NodeRegistry } from '../../engine/compile/plan.ts';
import { type Definition, type DefinitionInput, definitionSchema } from '../../engine/definition.ts';
import { NodeError } from '../../engine/errors.ts';
import { stateFrom } from '../../engine/interpreter/body.ts';
import type { ChildResult, JournalEvent } from '../../engine/interpreter/event.ts';
import { runSlice } from '../../engine/interpreter/run.ts';
import type { Slice, SliceOutcome } from '../../engine/interpreter/slice.ts';
import { emptyState } from '../../engine/interpreter/state.ts';
import { replay } from '../../engine/interpreter/transition.ts';
import type { Item, JsonObject } from '../../engine/item.ts';
import type {
  AwsPort,
  ChildName,
  ChildStart,
  Clock,
  CredentialPort,
  EnginePorts,
  HttpRequest,
  HttpResponse,
  InboxItem,
  PayloadPort,
  ResolvedCredential,
  SegmentEnd,
  SqlPort,
} from '../../engine/ports.ts';
import { memoryPayloads } from './memory-payloads.ts';
import { memoryTables } from './memory-tables.ts';

export const START = Date.UTC(2026, 0, 5, 9);
export const EXECUTION_ID = 'exec_1';

/** Edges as `a -> b`, `a.true -> b`, `a -> b.left`; node ids double as names. */
export const aDefinition = (
  nodes: Record<string, Partial<DefinitionInput['nodes'][number]> & { type: string }>,
  edges: readonly string[],
  settings: DefinitionInput['settings'] = {},
): Definition =>
  definitionSchema.parse({
    nodes: Object.entries(nodes).map(([id, node]) => ({ id, name: id, ...node })),
    edges: edges.map((edge) => {
      const [from = '', to = ''] = edge.split(' -> ');
      const [source = '', sourcePort = 'main'] = from.split('.');
      const [target = '', targetPort = 'main'] = to.split('.');
      return { source, sourcePort, target, targetPort };
    }),
    settings,
  });

export const items = (...jsons: readonly JsonObject[]): Item[] => jsons.map((json) => ({ json }));

/** A clock that moves only when everything else stands still, straight to the next sleeper. */
export interface TestClock extends Clock {
  advance(): boolean;
  /** Milliseconds to the next sleeper; null when there is none. */
  next(): number | null;
}

const testClock = (): TestClock => {
  let now = START;
  let sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (milliseconds === 0) return resolve();
        const sleeper = { at: now + milliseconds, wake: resolve };
        sleepers.push(sleeper);
        signal.addEventListener('abort', () => {
          sleepers = sleepers.filter((each) => each !== sleeper);
          reject(signal.reason);
        });
      }),
    next: () => (sleepers.length === 0 ? null : Math.min(...sleepers.map(({ at }) => at)) - now),
    advance: () => {
      const next = sleepers.toSorted((left, right) => left.at - right.at)[0];
      if (!next) return false;
      now = Math.max(now, next.at);
      for (const sleeper of sleepers.filter((each) => each.at <= now)) sleeper.wake();
      sleepers = sleepers.filter((each) => each.at > now);
      return true;
    },
  };
};

interface OutsideCall {
  readonly key: string;
  readonly url: string;
  readonly at: number;
}

type Answer = (request: HttpRequest, world: World) => Promise<HttpResponse> | HttpResponse;

interface WorldOptions {
  readonly registry: NodeRegistry;
  readonly answer?: Answer;
  /** By id; no other one can be resolved. */
  readonly credentials?: readonly ResolvedCredential[];
  readonly sandbox?: EnginePorts['sandbox'];
  readonly aws?: AwsPort;
  readonly ai?: AiPort;
  readonly sql?: SqlPort;
  readonly mail?: EnginePorts['mail'];
  readonly tables?: EnginePorts['tables'];
  /** Real milliseconds to wait for what takes real time (loading a package, a hash) before the clock jumps far, once for all jumps. */
  readonly patience?: number;
  /** Whether something real is under way, such as a call over loopback: the clock stands still as long. */
  readonly isBusy?: () => boolean;
  /** What sub-workflows there are, by id. */
  readonly workflows?: Readonly<Record<string, Definition>>;
  /** The world this one is a part of: they share clock, calls and crashes. */
  readonly root?: World;
  /** The world of the execution that has started this one. */
  readonly parent?: World;
  readonly executionId?: string;
  /** Every slice ends behind its first node, and the next one begins from a snapshot instead of the journal. */
  readonly suspends?: boolean;
  /** Sub-workflows that are waited for begin in the slice of their parent. */
  readonly runsChildren?: boolean;
}

/** An execution that another one has started. */
interface Child {
  readonly world: World;
  readonly definition: Definition;
  readonly overrides: Partial<Slice>;
  /** It tells nobody of its end, and is there only once it has a journal. */
  isInline: boolean;
}

/** Dies at one moment, with all that runs in it. */
interface Process {
  isDead: boolean;
  readonly death: PromiseWithResolvers<null>;
}

/** One execution and all that surrounds it: its journal on "disk", the outside, and the calls to both, which can be cut. */
export interface World {
  readonly clock: TestClock;
  readonly payloads: PayloadPort;
  readonly segments: { readonly events: readonly JournalEvent[]; readonly end: SegmentEnd }[];
  readonly calls: OutsideCall[];
  readonly inbox: InboxItem[];
  /** By execution id. */
  readonly children: Map<string, Child>;
  /** What went against the promises of the journal. */
  readonly wrongs: string[];
  /** How many calls to journal and outside there were; `crashAt` kills the process at one of them. */
  outsideCalls: number;
  crashAt: { readonly call: number; readonly when: 'before' | 'after' } | null;
  /** More of them, by call. */
  readonly crashes: Map<number, 'before' | 'after'>;
  events(): JournalEvent[];
  slice(definition: Definition, overrides?: Partial<Slice>): Slice;
  /** Runs one slice, moving the clock. Null when it was killed. */
  run(definition: Definition, overrides?: Partial<Slice>): Promise<SliceOutcome | null>;
  /** Slices until it is done; parked ones are woken in time. */
  runToEnd(definition: Definition, overrides?: Partial<Slice>): Promise<ExecutionResult>;
  /** Runs one slice in the process of another one. */
  runWithin(
    process: Process,
    definition: Definition,
    overrides: Partial<Slice>,
    mayStore: () => Promise<boolean>,
  ): Promise<SliceOutcome>;
}

interface ExecutionResult {
  readonly outcome: SliceOutcome;
  readonly output: readonly JsonObject[];
  readonly error: { readonly code: string; readonly nodeId?: string; readonly message: string } | undefined;
}

const MOST_SLICES = 1_000;

type Through = <T>(act: () => Promise<T> | T) => Promise<T>;

const never = <T>() => new Promise<T>(() => undefined);

export const makeWorld = (options: WorldOptions): World => {
  const {
    registry,
    answer = echo,
    credentials = [],
    sandbox = NO_SANDBOX,
    aws = NO_AWS,
    ai = NO_AI,
  } = options;
  const {
    sql = NO_SQL,
    mail = NO_MAIL,
    patience = 0,
    isBusy = () => false,
    workflows = {},
    root,
    executionId = EXECUTION_ID,
  } = options;
  const clock = root?.clock ?? testClock();
  const plans = new Map<Definition, Slice['plan']>();
  const payloads = root?.payloads ?? memoryPayloads();
  const tables = options.tables ?? memoryTables(clock);
  let ids = 0;
  const random = { id: () => `random-id-${ids++}`, number: () => 0.5 };

  const world: World = {
    clock,
    payloads,
    segments: [],
    calls: root?.calls ?? [],
    inbox: [],
    children: new Map(),
    wrongs: root?.wrongs ?? [],
    outsideCalls: 0,
    crashAt: null,
    crashes: new Map(),
    events: () => world.segments.flatMap((segment) => segment.events),
    slice: (definition, overrides = {}) => makeSlice(definition, overrides).slice,
    run: async (definition, overrides = {}) => {
      const { slice, crashed } = makeSlice(definition, overrides);
      return drive(clock, Promise.race([runSlice(slice), crashed]), patience, isBusy);
    },
    runToEnd: async (definition, overrides = {}) => {
      for (let slices = 0; slices < MOST_SLICES; slices += 1) {
        const outcome = await world.run(definition, overrides);
        const isNew = await runChildren();
        if (outcome?.kind === 'done') return { outcome, ...resultOf(world.events()) };
        if (isNew) continue;
        if (outcome?.kind === 'parked' && outcome.wakeAt !== null) {
          const wait = clock.sleep(outcome.wakeAt - clock.now(), new AbortController().signal);
          await drive(clock, wait);
        }
      }
      throw new Error(`The execution did not end in ${MOST_SLICES} slices.`);
    },
    runWithin: (process, definition, overrides, mayStore) =>
      runSlice(makeSlice(definition, overrides, process, mayStore).slice),
  };

  const top = root ?? world;

  /** Ends the slice that is under way behind the node it is at. */
  let suspend = (): void => undefined;
  const stopping: NodeRegistry = {
    get: (name) => {
      const type = registry.get(name);
      return (
        type && {
          ...type,
          execute: (call) => {
            suspend();
            return type.execute(call);
          },
        }
      );
    },
  };

  /** Runs the children to their ends and tells of them. False when nothing new came of it. */
  const runChildren = async (): Promise<boolean> => {
    let isNew = false;
    for (const [id, child] of world.children) {
      if (world.inbox.some((item) => item.kind === 'child' && item.waitId === id)) continue;
      if (child.isInline && (child.world.segments.length === 0 || hasEnded(child))) continue;
      await child.world.runToEnd(child.definition, child.overrides);
      tell(id, child);
      isNew = true;
    }
    return isNew;
  };

  const tell = (id: string, child: Child): void => {
    if (!child.isInline) world.inbox.push({ kind: 'child', waitId: id, at: clock.now() });
  };

  const idOf = ({ waitId, index, attempt }: ChildName): string =>
    `${executionId}+${waitId}.${index}${attempt === 1 ? '' : `x${attempt}`}`;

  const makeChild = (definition: Definition, { nodeId, call, items: given, base, ...name }: ChildStart) => {
    const called = call.kind === 'workflow' ? workflows[call.workflowId] : definition;
    if (!called) throw new NodeError('workflow.notFound', 'There is no such workflow.');
    const trigger = call.kind === 'workflow' ? (called.nodes[0]?.id ?? '') : nodeId;
    const part = { positions: call.items, base: structuredClone(base()) };
    const id = idOf(name);
    const child: Child = {
      world: makeWorld({ ...options, root: top, parent: world, executionId: id }),
      definition: called,
      overrides: {
        executionId: id,
        trigger: { nodeId: trigger, items: structuredClone(given) as Item[] },
        ...(call.kind === 'body' ? { body: part } : {}),
      },
      isInline: false,
    };
    world.children.set(id, child);
    return child;
  };

  const resultOfChild = (id: string): ChildResult | null => {
    const end = world.children.get(id)?.world.events().at(-1);
    if (end?.type !== 'executionFinished') return null;
    const { status, output = [], pairing, error } = end;
    if (status === 'completed') return { status, items: output, ...(pairing ? { pairing } : {}) };
    return { status, error: error ?? { code: `execution.${status}`, message: status, retryable: false } };
  };

  const childrenIn = (
    definition: Definition,
    through: Through,
    process: Process,
  ): EnginePorts['children'] => ({
    start: async (given, { signal, settle, isHurried }) => {
      const id = idOf(given);
      const { call } = given;
      if (!options.runsChildren || call.kind === 'body' || !call.isAwaited) {
        if (!(await settle())) return null;
        await through(() => void (world.children.has(id) || makeChild(definition, given)));
        return { executionId: id, result: null, since: null };
      }
      let child = world.children.get(id);
      const since = clock.now();
      if (!child || child.world.segments.length === 0) {
        child ??= makeChild(definition, given);
        child.isInline = true;
        const short = { deadline: since + 10_000, letGoAt: since + 200_000, signal, isHurried };
        await child.world.runWithin(process, child.definition, { ...child.overrides, ...short }, settle);
        if (hasEnded(child)) tell(id, child);
      }
      const { isInline } = child;
      const result = isInline ? resultOfChild(id) : null;
      if (result) return { executionId: id, result, since };
      const known = child;
      if (!(await settle())) return null;
      return through(() => {
        known.isInline = false;
        return { executionId: id, result: resultOfChild(id), since };
      });
    },
    find: async (name) => {
      const child = world.children.get(idOf(name));
      const isThere = child && !hasEnded(child) && (!child.isInline || child.world.segments.length > 0);
      return isThere ? idOf(name) : null;
    },
    result: async (id) => resultOfChild(id),
    cancel: (id) =>
      through(() => {
        world.children.get(id)?.world.inbox.push({ kind: 'cancel', waitId: 'cancel', at: clock.now() });
      }),
  });

  /** What one process sees. After its crash nothing it asks for happens any more. */
  const makeSlice = (
    definition: Definition,
    overrides: Partial<Slice>,
    process: Process = { isDead: false, death: Promise.withResolvers<null>() },
    mayStore: () => Promise<boolean> = async () => true,
  ) => {
    const through: Through = async (act) => {
      if (process.isDead) return never();
      top.outsideCalls += 1;
      const once = top.crashAt?.call === top.outsideCalls ? top.crashAt.when : null;
      const crash = once ?? top.crashes.get(top.outsideCalls) ?? null;
      if (crash !== 'before') {
        const result = await act();
        if (!crash && !process.isDead) return result;
      }
      process.isDead = true;
      process.death.resolve(null);
      return never();
    };
    const plan = plans.get(definition) ?? compile(definition, options.suspends ? stopping : registry);
    plans.set(definition, plan);
    let deadline = overrides.deadline ?? Number.MAX_SAFE_INTEGER;
    suspend = () => {
      deadline = clock.now();
    };
    const before = world.events();
    let position = world.segments.length;
    const slice: Slice = {
      executionId,
      plan,
      ...(options.suspends && before.length > 0
        ? { events: [], snapshot: snapshotOf(plan, overrides, before) }
        : { events: structuredClone(before) }),
      trigger: { nodeId: plan.triggers[0]?.id ?? '', items: items({ n: 0 }) },
      mode: 'production',
      context: { workflow: { id: 'wf_1', name: 'Orders' }, vars: {}, secretVars: {}, timezone: 'UTC' },
      ports: {
        clock,
        random,
        http: httpOf((request) =>
          through(() => {
            takeCall(world, request, options.parent);
            return answer(request, world);
          }),
        ),
        payloads,
        credentials: credentialsFrom(credentials),
        sandbox,
        mail,
        links: { link: async ({ waitId, choice }) => `https://hooks.test/resume/${waitId}/${choice ?? ''}` },
        children: childrenIn(definition, through, process),
        tables,
        aws,
        ai,
        sql,
      },
      journal: {
        append: async (events, end) => {
          if (position === 0 && end.kind !== 'final' && !(await mayStore())) return false;
          return through(() => {
            if (position !== world.segments.length) return false;
            world.segments.push({ events: structuredClone(events), end });
            position += 1;
            return true;
          });
        },
        readInbox: async () => [...world.inbox],
        expire: (waitId) =>
          through(() => {
            if (world.inbox.some((item) => item.waitId === waitId)) return false;
            world.inbox.push({ kind: 'callback', waitId, at: clock.now(), expired: true });
            return true;
          }),
      },
      get deadline() {
        return deadline;
      },
      waitingCaller: false,
      signal: new AbortController().signal,
      ...withoutDeadline(overrides),
    };
    return { slice, crashed: process.death.promise };
  };
  return world;
};

/** Less than the intervals at which an interpreter looks around by itself. */
const FAR_MILLISECONDS = 1_000;

/** Moves the clock whenever nothing else moves, until the promise settles. */
export const drive = async <T>(
  clock: TestClock,
  promise: Promise<T>,
  patience = 0,
  isBusy = () => false,
): Promise<T> => {
  let isSettled = false;
  const mark = () => {
    isSettled = true;
  };
  promise.then(mark, mark);
  let waited = 0;
  for (let turns = 0; !isSettled; turns += 1) {
    if (turns > 100_000) throw new Error('It does not end.');
    await new Promise(setImmediate);
    if (isSettled) break;
    if (isBusy()) await new Promise((resolve) => setTimeout(resolve, 1));
    else if (waited < patience && (clock.next() ?? FAR_MILLISECONDS) >= FAR_MILLISECONDS) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      waited += 1;
    } else {
      clock.advance();
    }
  }
  return promise;
};

const hasEnded = ({ world }: Child): boolean => world.events().at(-1)?.type === 'executionFinished';

/** As a store gives it back. */
const snapshotOf = (
  plan: Slice['plan'],
  { body }: Partial<Slice>,
  events: readonly JournalEvent[],
): NonNullable<Slice['snapshot']> =>
  JSON.parse(
    JSON.stringify(replay(plan, body ? stateFrom(body.base) : emptyState(), structuredClone(events))),
  );

const withoutDeadline = ({ deadline: _, ...others }: Partial<Slice>): Partial<Slice> => others;

const resultOf = (events: readonly JournalEvent[]): Pick<ExecutionResult, 'output' | 'error'> => {
  const last = events.at(-1);
  if (last?.type !== 'executionFinished') return { output: [], error: undefined };
  return { output: (last.output ?? []).map((item) => item.json), error: last.error };
};

const NO_SANDBOX: EnginePorts['sandbox'] = {
  run: async () => Promise.reject(new Error('Nothing here runs code.')),
};

const sendsNothing = async () => Promise.reject(new Error('Nothing here sends e-mail.'));
const NO_MAIL: EnginePorts['mail'] = { verify: sendsNothing, compose: sendsNothing, send: sendsNothing };

const nothing = async () => Promise.reject(new Error('There is no such service here.'));
/** Where there are no models. */
export const NO_AI: AiPort = {
  chat: nothing,
  embed: nothing,
  image: nothing,
  speak: nothing,
  transcribe: nothing,
};
/** Where there is no database. */
export const NO_SQL: SqlPort = { run: nothing };
/** Where nobody speaks to AWS. */
export const NO_AWS: AwsPort = { send: nothing, presign: nothing, sign: nothing };

const credentialsFrom = (known: readonly ResolvedCredential[]): CredentialPort => ({
  resolve: async (id) => {
    const found = known.find((each) => each.id === id);
    if (!found) throw new NodeError('credential.notFound', `Nothing here has the credential ${id}.`);
    return found;
  },
});

/** A client that only answers whole, for nodes that take a body as it comes. */
export const httpOf = (request: EnginePorts['http']['request']): EnginePorts['http'] => ({
  request,
  stream: async (asked) => {
    const { body, ...head } = await request(asked);
    return { ...head, body: oneChunk(body) };
  },
});

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Notes a call and checks the journal's promises: begun on disk, and not over. */
const takeCall = (world: World, request: HttpRequest, parent: World | undefined): void => {
  const key = request.headers['idempotency-key'] ?? '';
  const [, , run] = key.split('/');
  const onDisk = world.events();
  const concerns = (event: JournalEvent) => 'run' in event && event.run === run;
  if (request.method !== 'GET' && !onDisk.some((event) => event.type === 'nodeStarted' && concerns(event))) {
    world.wrongs.push(`${key} acts before its start is on disk`);
  }
  if (request.method !== 'GET' && parent?.segments.length === 0) {
    world.wrongs.push(`${key} acts for a parent that is not on disk`);
  }
  if (onDisk.some((event) => event.type === 'nodeSucceeded' && concerns(event))) {
    world.wrongs.push(`${key} acts after its result was recorded`);
  }
  world.calls.push({ key, url: request.url, at: world.clock.now() });
};

/** Answers with what was asked for, sooner or later. */
export const echo: Answer = async (request, world) => {
  const milliseconds = 1 + ((request.url.length * 7) % 23);
  await world.clock.sleep(milliseconds, request.signal);
  return respond(200, { url: request.url });
};

export const respond = (
  status: number,
  body: JsonObject,
  headers: Record<string, string> = {},
): HttpResponse => ({
  status,
  headers,
  body: new TextEncoder().encode(JSON.stringify(body)),
  url: 'https://example.test/',
});
