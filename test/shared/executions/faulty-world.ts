import { randomUUID } from 'node:crypto';
import { type Definition, definitionSchema } from '../../../engine/definition.ts';
import type { SliceOutcome } from '../../../engine/index.ts';
import { systemClock } from '../../../shared/adapters/system.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Answer } from '../../../shared/executions/answer.ts';
import { makeInterpreter } from '../../../shared/executions/interpret.ts';
import type { IdentifiedExecution } from '../../../shared/executions/orchestrator.ts';
import { newId } from '../../../shared/ids.ts';
import { OPEN_SHARDS } from '../../../shared/store/execution-keys.ts';
import { lifetimeOf } from '../../../shared/store/lifetime-of.ts';
import { makeStores } from '../../../shared/store/stores.ts';
import { httpOf, NO_AWS } from '../../engine/engine-world.ts';
import { portsOf } from '../../functions/workbench.ts';
import { testPlatform } from '../../http/test-platform.ts';
import { aUser } from '../../store/store-builders.ts';
import { testStores } from '../../store/test-database.ts';
import { CALLED } from './execution-shapes.ts';
import { type Fault, faultyStore } from './faulty-store.ts';

export interface Life {
  readonly id: string;
  /** What the one who waited was told; null: to ask again. */
  readonly answer: Answer | null;
  readonly outcome: SliceOutcome;
  /** Operations of the store, in order. */
  readonly calls: readonly string[];
  /** Idempotency keys of the calls to others, in order. */
  readonly effects: readonly string[];
}

const MOST_SLICES = 30;

type FaultyOptions = Parameters<typeof testStores>[0] & { readonly runsChildren?: boolean };

/** Executions over a store that can fail, interpreted until they are over, whatever it takes. */
export const aFaultyWorld = async ({ runsChildren = true, ...storeOptions }: FaultyOptions = {}) => {
  const database = await testStores(storeOptions);
  const platform = await testPlatform();
  const store = faultyStore(database.connection);
  const stores = makeStores(store.connection);
  const sweeper = makeStores(database.connection);
  const owner = await aUser(stores);
  const effects: string[] = [];
  const http = httpOf(async ({ headers, url }) => {
    effects.push(headers['Idempotency-Key'] ?? headers['idempotency-key'] ?? '');
    const body = Buffer.from('{"n":1}');
    return { status: 200, headers: { 'content-type': 'application/json' }, body, url };
  });
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const interpreter = makeInterpreter({
    stores,
    vault: platform.vault,
    aws: () => NO_AWS,
    providers: {},
    poke: async (id) => void woken.add(id),
    ports: {
      ...portsOf({ ...platform, payloads: store.connection.payloads }, http),
      clock: { now, sleep: systemClock.sleep },
    },
  });
  /** Others that have something to do. */
  const woken = new Set<string>();
  const options = (waitingCaller: boolean) => ({
    deadline: now() + 60_000,
    runsChildren,
    waitingCaller,
    writer: { writerId: randomUUID(), leaseUntil: now() + 60_000, generation: 'test' },
    signal: new AbortController().signal,
  });

  const called = new Map<string, Promise<string>>();
  const idOfCalled = (name: string): Promise<string> => {
    const known = called.get(name) ?? save(CALLED[name]).then(({ workflow }) => workflow.id);
    called.set(name, known);
    return known;
  };

  const save = async (written: Parameters<typeof definitionSchema.parse>[0]) => {
    const { nodes, ...rest }: Definition = definitionSchema.parse(written);
    const definition = {
      ...rest,
      nodes: await Promise.all(
        nodes.map(async (node) => {
          const { workflowId } = node.parameters;
          if (typeof workflowId !== 'string') return node;
          return { ...node, parameters: { ...node.parameters, workflowId: await idOfCalled(workflowId) } };
        }),
      ),
    };
    const workflow = await stores.workflows.createWithVersion(
      { name: 'Any', createdBy: owner.id },
      definition,
    );
    return { definition, workflow };
  };

  const publish = async (written: Parameters<typeof definitionSchema.parse>[0]) => {
    const { definition, workflow } = await save(written);
    const version = await stores.workflowVersions.get(workflow.id, 1);
    if (!version) throw new Error('There is no version.');
    return (): IdentifiedExecution => ({
      id: newId('exec'),
      workflowId: workflow.id,
      workflowVersionId: version.id,
      version: 1,
      ownerId: owner.id,
      triggerType: 'webhook',
      triggerNodeId: 'hook',
      lifetime: lifetimeOf(definition),
      items: [{ json: { n: 1 } }],
    });
  };

  /** As often as it takes: what asks again is what would ask again in an instance. */
  const insist = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof AppError) || attempt === MOST_SLICES) throw error;
        store.heal();
      }
    }
  };

  /** Those whose end somebody here sees to. */
  const underWay = new Set<string>();

  const goOn = async (id: string): Promise<SliceOutcome> => {
    underWay.add(id);
    for (let each = 0; each < MOST_SLICES; each += 1) {
      woken.delete(id);
      const outcome = await insist(() => interpreter.advance(id, options(false)));
      if (outcome.kind === 'done') {
        underWay.delete(id);
        return outcome;
      }
      if (outcome.kind !== 'parked' || (await goOnWithOthers()) || woken.has(id)) continue;
      if (outcome.wakeAt !== null) ahead += outcome.wakeAt - now();
    }
    throw new Error(`Execution ${id} does not come to its end.`);
  };

  /** What was woken, as an instance would; without any of these what is open, as the sweep would. False when there is nothing. */
  const goOnWithOthers = async (): Promise<boolean> => {
    const isOther = (each: string) => !underWay.has(each);
    const [first] = [...woken].filter(isOther);
    const next = first ?? (await openIds()).find(isOther);
    if (next !== undefined) await goOn(next);
    return next !== undefined;
  };

  /** Asked past the store that fails and counts. */
  const openIds = async (): Promise<string[]> => {
    const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) => sweeper.executions.listOpen(shard));
    return (await Promise.all(shards)).flat();
  };

  /** To the end of what it has started, too. */
  const toTheEnd = async (id: string): Promise<SliceOutcome> => {
    const outcome = await goOn(id);
    for (let each = 0; each < MOST_SLICES && (await goOnWithOthers()); each += 1);
    return outcome;
  };

  /** What goes wrong is over with the life it was meant for, also where that made fewer calls than expected. */
  const withFault = async (
    fault: Fault | undefined,
    live: () => Promise<Pick<Life, 'id' | 'answer' | 'outcome'>>,
  ): Promise<Life> => {
    effects.length = 0;
    store.watch(fault);
    try {
      return { ...(await live()), calls: [...store.calls], effects: [...effects] };
    } finally {
      store.heal();
    }
  };

  /** Begins before it is accepted, as for a caller who waits. */
  const begin = (execution: IdentifiedExecution, fault?: Fault): Promise<Life> =>
    withFault(fault, async () => {
      const begun = await interpreter.begin(execution, options(true)).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        store.heal();
        return { outcome: { kind: 'lost' } as SliceOutcome, answer: null };
      });
      const { answer } = begun;
      if (answer === null) await insist(() => stores.executions.accept(execution));
      const outcome = begun.outcome.kind === 'done' ? begun.outcome : await toTheEnd(execution.id);
      return { id: execution.id, answer, outcome };
    });

  /** Accepts it first, as where nobody waits. */
  const acceptFirst = (execution: IdentifiedExecution, fault?: Fault): Promise<Life> =>
    withFault(fault, async () => {
      await insist(() => stores.executions.accept(execution));
      return { id: execution.id, answer: null, outcome: await toTheEnd(execution.id) };
    });

  return { stores, publish, begin, acceptFirst, openIds, stop: database.stop };
};

export type FaultyWorld = Awaited<ReturnType<typeof aFaultyWorld>>;
