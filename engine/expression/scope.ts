import type { Item, Json, JsonObject, PortItems } from '../item.ts';

/** What an expression can see. Made anew for each item; nothing in it is changed by evaluating. */
export interface ExpressionScope extends SeenAnswer {
  readonly json: JsonObject;
  readonly item: Item;
  readonly items: readonly Item[];
  readonly index: number;
  readonly input: PortItems;
  readonly trigger: Item;
  readonly vars: JsonObject;
  /** What only the bare `$vars.<name>` gives: an expression that computes does not see them. */
  readonly secretVars: JsonObject;
  readonly execution: { readonly id: string; readonly mode: 'production' | 'test' };
  readonly workflow: { readonly id: string; readonly name: string };
  /** Milliseconds since 1970. */
  readonly now: number;
  /** An IANA zone. */
  readonly timezone: string;
  random(): number;
  /** Undefined for a name no node has. Reading `json` or `item` of a node that has not run throws. */
  node(name: string): NodeView | undefined;
}

/** What a node that calls others lets expressions see of an answer. */
export interface SeenAnswer {
  readonly response?: Json;
  readonly pageCount?: number;
  /** The parameters of a declared node. */
  readonly parameters?: JsonObject;
}

/** Another node as an expression sees it: the item this one came from, and all it has emitted. */
export interface NodeView {
  readonly json: JsonObject;
  readonly item: Item;
  readonly items: readonly Item[];
  readonly first: Item | undefined;
  readonly last: Item | undefined;
}

/** The variables of an expression, by name without the `$`. */
export const VARIABLES: Readonly<Record<string, (scope: ExpressionScope) => unknown>> = {
  json: (scope) => scope.json,
  item: (scope) => scope.item,
  items: (scope) => scope.items,
  index: (scope) => scope.index,
  input: (scope) => scope.input,
  trigger: (scope) => scope.trigger,
  vars: (scope) => scope.vars,
  execution: (scope) => scope.execution,
  workflow: (scope) => scope.workflow,
  now: (scope) => new Date(scope.now).toISOString(),
  today: (scope) => today(scope),
  response: (scope) => scope.response,
  pageCount: (scope) => scope.pageCount,
  parameters: (scope) => scope.parameters,
};

/** The date where the workflow is at home. */
const today = ({ now, timezone }: ExpressionScope): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(new Date(now));
