import type { Plan } from '../compile/plan.ts';
import type { Arrival, ExecutionStarted, ItemDone, JournalEvent, NodeSucceeded } from './event.ts';
import { emptyState, runById } from './state.ts';
import { type Command, type StartNode, transition } from './transition.ts';

/** The first events of a journal that goes on from what another one holds. */
export interface JournalSeed {
  readonly events: readonly JournalEvent[];
  /** The node runs of the old journal whose results were taken over, by their ids there. */
  readonly kept: ReadonlySet<string>;
}

interface Recorded {
  /** By node and where the items came from. */
  readonly results: ReadonlyMap<string, NodeSucceeded>;
  readonly itemsDone: ReadonlyMap<string, readonly ItemDone[]>;
}

/**
 * Walks a plan from its trigger and takes over the recorded result of each run that `isKept` allows and that the plan
 * would give the same items: what the plan does not lead to, or leads to differently, is left out. Nothing is run. The
 * plan may be of another version; run ids are made anew for it.
 */
export const seedJournal = (
  plan: Plan,
  old: readonly JournalEvent[],
  started: ExecutionStarted,
  isKept: (result: Pick<NodeSucceeded, 'nodeId' | 'run'>) => boolean,
): JournalSeed => {
  const recorded = readResults(old);
  const events: JournalEvent[] = [];
  const state = emptyState();
  const ready: StartNode[] = [];
  const oldRunOf = new Map<string, string>();
  const record = (event: JournalEvent): void => {
    events.push(event);
    ready.push(...transition(plan, state, event).commands.filter(isStart));
  };
  const oldInputs = ({ inputs }: StartNode): Arrival[] =>
    inputs.map((arrival) => ({ ...arrival, run: oldRunOf.get(arrival.run) ?? TRIGGER }));

  record(started);
  for (let next = ready.shift(); next; next = ready.shift()) {
    const result = recorded.results.get(keyOf(next.nodeId, oldInputs(next)));
    if (!result || !plan.nodes.has(next.nodeId)) continue;
    const { run, inputs } = next;
    if (isKept(result)) {
      oldRunOf.set(run, result.run);
      record({ ...result, run, inputs });
    }
  }
  // What a node got done item by item before it failed is not done again.
  for (const id of Object.keys(state.live)) {
    const { nodeId, inputs } = runById(state, id);
    const translated = inputs.map((arrival) => ({ ...arrival, run: oldRunOf.get(arrival.run) ?? TRIGGER }));
    const items = recorded.itemsDone.get(keyOf(nodeId, translated))?.filter((item) => 'outputs' in item);
    if (items?.length && isKept({ nodeId, run: id }))
      events.push({ type: 'itemsDone', at: started.at, run: id, nodeId, items });
  }
  return { events, kept: new Set(oldRunOf.values()) };
};

/** The trigger's run is the one no event names. */
const TRIGGER = '';

const keyOf = (nodeId: string, inputs: readonly Arrival[]): string =>
  JSON.stringify([nodeId, ...inputs.map(({ run, sourcePort, targetPort }) => [run, sourcePort, targetPort])]);

const isStart = (command: Command): command is StartNode => command.kind === 'startNode';

const readResults = (events: readonly JournalEvent[]): Recorded => {
  const succeeded = new Set(events.flatMap((event) => (event.type === 'nodeSucceeded' ? [event.run] : [])));
  const key = (nodeId: string, inputs: readonly Arrival[]): string =>
    keyOf(
      nodeId,
      inputs.map((arrival) => ({ ...arrival, run: succeeded.has(arrival.run) ? arrival.run : TRIGGER })),
    );
  const results = new Map<string, NodeSucceeded>();
  const inputsOf = new Map<string, readonly Arrival[]>();
  const itemsDone = new Map<string, ItemDone[]>();
  for (const event of events) {
    if (event.type === 'nodeSucceeded') results.set(key(event.nodeId, event.inputs), event);
    if ('inputs' in event) inputsOf.set(event.run, event.inputs);
  }
  for (const event of events) {
    if (event.type !== 'itemsDone' || succeeded.has(event.run)) continue;
    const inputs = inputsOf.get(event.run);
    if (!inputs) continue;
    const at = key(event.nodeId, inputs);
    itemsDone.set(at, [...(itemsDone.get(at) ?? []), ...event.items]);
  }
  return { results, itemsDone };
};
