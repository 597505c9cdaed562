import type { GuestItem, GuestNode } from '../../../engine/nodes/code/guest.ts';

/** `$node("Name")` as expressions know it, and `$('Name')` with functions. `current` is the item the code is at. */
export const guestNodes = (
  nodes: Readonly<Record<string, GuestNode>>,
  current: () => number,
  define: (name: string, value: unknown) => void,
): void => {
  const known = (name: unknown): GuestNode => {
    const node = typeof name === 'string' && Object.hasOwn(nodes, name) ? nodes[name] : undefined;
    if (node) return node;
    throw new Error(
      `Node ${String(name)} is not at hand: write the name of a node in quotes, $node("Name").`,
    );
  };
  const all = (node: GuestNode): readonly GuestItem[] => {
    if (node.problem !== null) throw new Error(node.problem);
    return node.items;
  };
  const paired = (name: string, node: GuestNode, place: number): GuestItem | undefined => {
    const items = all(node);
    const found = node.paired[place] ?? -1;
    if (found >= 0) return items[found];
    throw new Error(`No single item of node ${name} led to this one: use its first, last or items.`);
  };

  const viewOf = (name: string) => {
    const node = known(name);
    return {
      get json() {
        return paired(name, node, current())?.json;
      },
      get item() {
        return paired(name, node, current());
      },
      get items() {
        return all(node);
      },
      get first() {
        return all(node)[0];
      },
      get last() {
        return all(node).at(-1);
      },
    };
  };
  for (const name in nodes) {
    Object.defineProperty(viewOf, name, { get: () => viewOf(name), configurable: true });
  }
  define('$node', viewOf);
  define('$', (name: string) => {
    const node = known(name);
    return {
      all: () => all(node),
      first: () => all(node)[0],
      last: () => all(node).at(-1),
      itemMatching: (place: number) => paired(name, node, place),
      get item() {
        return paired(name, node, current());
      },
      isExecuted: node.problem === null,
    };
  });
};
