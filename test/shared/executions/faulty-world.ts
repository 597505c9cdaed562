import { randomUUID } from 'node:crypto';
import { type Definition, definitionSchema } from '../../../engine/definition.ts';
import type { SliceOutcome } from '../../../engine/index.ts';
import { systemClock } from '../../../shared/adapters/system.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Answer } from '../../../shared/executions/answer.ts';
import { makeInterpreter } from '../../../shared/executions/interpret.ts';
import type { IdentifiedExecution } from '../../../shared/executions/orchestrator.ts';
import { newId } from '../../../shared/ids.ts';
import { lifetimeOf } from '../../../shared/store/lifetime-of.ts';
import { makeStores } from '../../../shared/store/stores.ts';
import { httpOf, NO_AWS } from '../../engine/engine-world.ts';
import { portsOf } from '../../functions/workbench.ts';
import { testPlatform } from '../../http/test-platform.ts';
import { aUser } from '../../store/store-builders.ts';
import { testStores } from '../../store/test-database.ts';
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

/** Executions over a store that can fail, interpreted until they are over, whatever it takes. */
export const aFaultyWorld = async (storeOptions: Parameters<typeof testStores>[0] = {}) => {
  const database = await testStores(storeOptions);
  const platform = await testPlatform();
  const store = faultyStore(database.connection);
  const stores = makeStores(store.connection);
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
    poke: async () => undefined,
    ports: {
      ...portsOf({ ...platform, payloads: store.connection.payloads }, http),
      clock: { now, sleep: systemClock.sleep },
    },
  });
  const options = (waitingCaller: boolean) => ({
    deadline: now() + 60_000,
    waitingCaller,
    writer: { writerId: randomUUID(), leaseUntil: now() + 60_000, generation: 'test' },
    signal: new AbortController().signal,
  });

  const publish = async (written: Parameters<typeof definitionSchema.parse>[0]) => {
    const definition: Definition = definitionSchema.parse(written);
    const workflow = await stores.workflows.createWithVersion(
      { name: 'Any', createdBy: owner.id },
      definition,
    );
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

  const goOn = async (id: string): Promise<SliceOutcome> => {
    for (let each = 0; each < MOST_SLICES; each += 1) {
      const outcome = await insist(() => interpreter.advance(id, options(false)));
      if (outcome.kind === 'done') return outcome;
      if (outcome.kind === 'parked' && outcome.wakeAt !== null) ahead += outcome.wakeAt - now();
    }
    throw new Error(`Execution ${id} does not come to its end.`);
  };

  /** Begins before it is accepted, as for a caller who waits. */
  const begin = async (execution: IdentifiedExecution, fault?: Fault): Promise<Life> => {
    effects.length = 0;
    store.watch(fault);
    const begun = await interpreter.begin(execution, options(true)).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      store.heal();
      return { outcome: { kind: 'lost' } as SliceOutcome, answer: null };
    });
    const { answer } = begun;
    if (answer === null) await insist(() => stores.executions.accept(execution));
    const outcome = begun.outcome.kind === 'done' ? begun.outcome : await goOn(execution.id);
    return { id: execution.id, answer, outcome, calls: [...store.calls], effects: [...effects] };
  };

  /** Accepts it first, as where nobody waits. */
  const acceptFirst = async (execution: IdentifiedExecution, fault?: Fault): Promise<Life> => {
    effects.length = 0;
    store.watch(fault);
    await insist(() => stores.executions.accept(execution));
    const outcome = await goOn(execution.id);
    return { id: execution.id, answer: null, outcome, calls: [...store.calls], effects: [...effects] };
  };

  return { stores, publish, begin, acceptFirst, stop: database.stop };
};

export type FaultyWorld = Awaited<ReturnType<typeof aFaultyWorld>>;
