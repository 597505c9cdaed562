import type { PlanNode } from '../compile/plan.ts';
import { NodeError } from '../errors.ts';
import type { Item } from '../item.ts';
import type { NodeResult } from '../nodes/define-node.ts';

/** Of new data a node run may give by one port, in characters of text and eight for anything else. */
const MAX_PORT_SIZE = 16 * 1024 * 1024;

/** What a node run has given so far, by port. Items handed through were counted where they were made. */
export interface OutputSizes {
  [port: string]: number;
}

/** Deeper values would not survive every JSON parser they may pass. */
const DEEPEST = 200;

/**
 * Refuses what the journal could not give back as it was: ports the node does not have, and anything that is not JSON.
 * `trusted` are items seen before, which nodes often hand through. Throws NodeError `node.badResult`.
 */
export const checkResult = (
  result: NodeResult,
  { outputs: ports, type }: Pick<PlanNode, 'outputs' | 'type'>,
  trusted: WeakSet<object>,
  sizes: OutputSizes,
): NodeResult => {
  if (!isObject(result) || !isObject(result.outputs)) {
    throw refused('The node must return an object with outputs, by port.');
  }
  if (result.wait && (type.mode === 'perItem' || !type.resume)) {
    throw refused('Only a node that runs once for all items and can be resumed may wait.');
  }
  if ((result.turn || result.collected !== undefined) && !type.iterates) {
    throw refused('Only the head of a loop may ask for another turn.');
  }
  for (const port of Object.keys(result.outputs)) {
    if (!ports.includes(port)) {
      throw refused(
        `The node has no output port "${port}"; it has ${ports.map((name) => `"${name}"`).join(', ')}.`,
      );
    }
    const items = result.outputs[port];
    if (!Array.isArray(items)) throw refused(`Port "${port}" must give a list of items.`);
    const tally = { size: sizes[port] ?? 0 };
    for (const [index, item] of items.entries()) {
      if (isObject(item) && trusted.has(item)) continue;
      checkItem(item, `${port}[${index}]`, tally);
      if (tally.size > MAX_PORT_SIZE) throw tooLarge(port);
      trusted.add(item);
    }
    sizes[port] = tally.size;
  }
  return result;
};

const tooLarge = (port: string): NodeError =>
  new NodeError(
    'node.outputTooLarge',
    `The node gives more than 16 MiB by its port "${port}". Work in batches, or keep large data in files.`,
  );

interface Tally {
  size: number;
}

function checkItem(item: unknown, where: string, tally: Tally): asserts item is Item {
  if (!isObject(item) || !isObject(item.json)) throw refused(`${where} must be an item: { json: { … } }.`);
  const problem = findProblem(item, where, 0, tally);
  if (problem) throw refused(problem);
}

/** What keeps a value from being JSON and where it stands; null when nothing does. */
const findProblem = (value: unknown, where: string, depth: number, tally: Tally): string | null => {
  tally.size += 8;
  if (typeof value === 'string') {
    tally.size += value.length;
    return null;
  }
  if (typeof value === 'boolean' || value === null) return null;
  if (typeof value === 'number')
    return Number.isFinite(value) ? null : `${where} is ${value}, which JSON cannot hold.`;
  if (typeof value !== 'object') return `${where} is of type ${typeof value}, which JSON cannot hold.`;
  if (depth > DEEPEST) return `${where} is nested more than ${DEEPEST} levels deep, or contains itself.`;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const problem = findProblem(value[index], where, depth + 1, tally);
      if (problem) return problem;
    }
    return null;
  }
  if (!isPlain(value))
    return `${where} holds a ${value.constructor?.name ?? 'special object'}, which JSON cannot hold.`;
  for (const key in value) {
    const problem = findProblem((value as Record<string, unknown>)[key], where, depth + 1, tally);
    if (problem) return problem.startsWith(where) ? `${where}.${key}${problem.slice(where.length)}` : problem;
  }
  return null;
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

const isObject = (value: unknown): value is Record<string, unknown> & object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const refused = (message: string): NodeError => new NodeError('node.badResult', message);
