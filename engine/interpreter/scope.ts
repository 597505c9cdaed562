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
      node: (name) => viewNode(plan, state, name, { run, index: offset + index }),
    };
  };
};

const NO_ITEM: Item = { json: {} };

const triggerItem = (state: ExecutionState): Item => {
  const run = state.triggerRun === null ? undefined : runById(state, state.triggerRun);
  return Object.values(run?.outputs ?? {})[0]?.[0] ?? NO_ITEM;
};

/** Undefined for a name no node has. The paired item is looked for only when it is asked for. */
const viewNode = (
  plan: Plan,
  state: ExecutionState,
  name: string,
  from: { readonly run: RunState; readonly index: number },
): NodeView | undefined => {
  const node = plan.byName.get(name);
  if (!node) return undefined;
  const items = () => itemsOfNode(state, node);
  const paired = () => pairedItem(state, node, from);
  return {
    get json() {
      return paired().json;
    },
    get item() {
      return paired();
    },
    get items() {
      return items();
    },
    get first() {
      return items()[0];
    },
    get last() {
      return items().at(-1);
    },
  };
};

const hasEmitted = ({ status }: RunState): boolean => status === 'succeeded' || status === 'waiting';

const itemsOfNode = (state: ExecutionState, node: PlanNode): readonly Item[] => {
  const ran = state.runsOf[`@${node.id}`]?.some((id) => hasEmitted(runById(state, id)));
  if (ran) return emittedItems(state, node);
  throw new NodeError('expression.nodeNotRun', `Node "${node.name}" has not run before this one.`);
};

const pairedItem = (
  state: ExecutionState,
  node: PlanNode,
  from: { readonly run: RunState; readonly index: number },
): Item => {
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
