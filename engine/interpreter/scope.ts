import type { Plan, PlanNode } from '../compile/plan.ts';
import { NodeError } from '../errors.ts';
import type { ExpressionScope, NodeView } from '../expression/template.ts';
import type { Item, JsonObject, PortItems } from '../item.ts';
import { countItems, emittedItems, origins } from './pairing.ts';
import { countRuns, type ExecutionState, type RunState, runById } from './state.ts';
import { originArrivals } from './turn.ts';

/** What expressions may know of an execution besides its items. */
export interface ScopeFacts {
  readonly execution: { readonly id: string; readonly mode: 'production' | 'test' };
  readonly workflow: { readonly id: string; readonly name: string };
  readonly vars: JsonObject;
  readonly secretVars: JsonObject;
  readonly timezone: string;
  readonly random: () => number;
}

/** Makes the scope of each item of a run's main input. All of them see the same moment. */
export const makeScopes = (
  facts: ScopeFacts,
  plan: Plan,
  state: ExecutionState,
  run: RunState,
  inputs: PortItems,
  items: readonly Item[],
  now: number,
): ((index: number) => ExpressionScope) => {
  const trigger = triggerItem(state);
  // A loop's head has its original items before those that came back.
  const offset = run.turn ? countItems(state, originArrivals(run)) : 0;
  return (index) => {
    const item = items[index] ?? NO_ITEM;
    return {
      json: item.json,
      item,
      items,
      index,
      input: inputs,
      trigger,
      vars: facts.vars,
      secretVars: facts.secretVars,
      execution: facts.execution,
      workflow: facts.workflow,
      now,
      timezone: facts.timezone,
      random: facts.random,
      node: (name) => {
        const node = plan.byName.get(name);
        return node && new PairedView(state, node, { run, index: offset + index });
      },
    };
  };
};

const NO_ITEM: Item = { json: {} };

const triggerItem = (state: ExecutionState): Item => {
  const run = state.triggerRun === null ? undefined : runById(state, state.triggerRun);
  return Object.values(run?.outputs ?? {})[0]?.[0] ?? NO_ITEM;
};

interface ItemPlace {
  readonly run: RunState;
  readonly index: number;
}

/** Another node, seen from an item. The paired item is looked for only when it is asked for. */
class PairedView implements NodeView {
  declare readonly json: NodeView['json'];
  declare readonly item: NodeView['item'];
  declare readonly items: NodeView['items'];
  declare readonly first: NodeView['first'];
  declare readonly last: NodeView['last'];
  readonly #state: ExecutionState;
  readonly #node: PlanNode;
  readonly #from: ItemPlace;

  constructor(state: ExecutionState, node: PlanNode, from: ItemPlace) {
    this.#state = state;
    this.#node = node;
    this.#from = from;
    Object.defineProperties(this, VIEWED);
  }

  paired(): Item {
    return pairedItem(this.#state, this.#node, this.#from);
  }

  emitted(): readonly Item[] {
    return itemsOfNode(this.#state, this.#node);
  }
}

const seenBy = (read: (view: PairedView) => unknown): PropertyDescriptor => ({
  get(this: PairedView) {
    return read(this);
  },
  enumerable: true,
});

/** Of each view itself, where JSONata looks; the same functions for all, so that all views are of one hidden class. */
const VIEWED = {
  json: seenBy((view) => view.paired().json),
  item: seenBy((view) => view.paired()),
  items: seenBy((view) => view.emitted()),
  first: seenBy((view) => view.emitted()[0]),
  last: seenBy((view) => view.emitted().at(-1)),
} satisfies Record<keyof NodeView, PropertyDescriptor>;

const hasEmitted = ({ status }: RunState): boolean => status === 'succeeded' || status === 'waiting';

const itemsOfNode = (state: ExecutionState, node: PlanNode): readonly Item[] => {
  const ran = state.runsOf[`@${node.id}`]?.some((id) => hasEmitted(runById(state, id)));
  if (ran) return emittedItems(state, node);
  throw new NodeError('expression.nodeNotRun', `Node "${node.name}" has not run before this one.`);
};

const pairedItem = (state: ExecutionState, node: PlanNode, from: ItemPlace): Item => {
  const all = itemsOfNode(state, node);
  const isOnly = all.length === 1 && (node.turns === 0 || countRuns(state, node.id) === 1);
  const candidates = isOnly ? all : origins(state, from, node.id);
  const [first, second] = candidates;
  if (first && !second) return first;
  throw new NodeError(
    'expression.ambiguousPairing',
    `${first ? 'Several items' : 'No single item'} of node "${node.name}" led to this one: use its .first, .last or .items.`,
  );
};
