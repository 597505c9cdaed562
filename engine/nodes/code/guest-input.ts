import { NodeError } from '../../errors.ts';
import { type ExpressionScope, VARIABLES } from '../../expression/scope.ts';
import { type Item, MAIN_PORT } from '../../item.ts';
import type { NodeCall } from '../define-node.ts';
import type { GuestInput, GuestNode } from './guest.ts';

/** They follow the items, and the sandbox sets them as it goes. */
const BY_ITEM: ReadonlySet<string> = new Set(['json', 'item', 'items', 'index', 'input']);

/** What code may see. Only what it mentions is written down: all of an execution may be large. */
export const guestInputOf = (
  code: string,
  { items, inputs, scope }: Pick<NodeCall<unknown>, 'items' | 'inputs' | 'scope'>,
): GuestInput => {
  const { [MAIN_PORT]: _main, ...others } = inputs;
  const facts = Object.entries(VARIABLES)
    .filter(([name]) => !BY_ITEM.has(name) && code.includes(`$${name}`))
    .map(([name, read]) => [`$${name}`, read(scope(0))]);
  return {
    items,
    inputs: others,
    facts: Object.fromEntries(facts),
    nodes: Object.fromEntries(mentionedNodes(code).map((name) => [name, nodeOf(name, items, scope)])),
  };
};

/** `$node("Name")`, `$node["Name"]`, `$("Name")`, and `$node.Name`. */
const IN_QUOTES = /\$(?:node)?\s*[([]\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g;
const AFTER_DOT = /\$node\.([A-Za-z_]\w*)/g;

const mentionedNodes = (code: string): string[] => {
  const quoted = [...code.matchAll(IN_QUOTES)].map(([, , name = '']) => name.replaceAll(/\\(.)/g, '$1'));
  const dotted = [...code.matchAll(AFTER_DOT)].map(([, name = '']) => name);
  return [...new Set([...quoted, ...dotted])];
};

const nodeOf = (
  name: string,
  given: readonly Item[],
  scope: (index: number) => ExpressionScope,
): GuestNode => {
  const view = scope(0).node(name);
  if (!view) return { items: [], paired: [], problem: `There is no node named ${JSON.stringify(name)}.` };
  try {
    const { items } = view;
    const positions = new Map(items.map((item, position) => [item, position]));
    const paired = given.map((_, index) => {
      if (items.length === 1) return 0;
      const item = pairedItem(name, scope(index));
      return item ? (positions.get(item) ?? -1) : -1;
    });
    return { items, paired, problem: null };
  } catch (thrown) {
    return { items: [], paired: [], problem: NodeError.from(thrown).message };
  }
};

/** Null where several items led to this one: code learns of it when it asks. */
const pairedItem = (name: string, scope: ExpressionScope): Item | null => {
  try {
    return scope.node(name)?.item ?? null;
  } catch (thrown) {
    if (NodeError.from(thrown).code === 'expression.ambiguousPairing') return null;
    throw thrown;
  }
};
