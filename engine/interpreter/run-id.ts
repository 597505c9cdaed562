import type { PlanNode } from '../compile/plan.ts';
import type { Arrival } from './event.ts';

/**
 * Names a node run by the path that led to it: the same however the branches were timed, and of constant length however
 * long the path. It is part of the idempotency key, so its form never changes for the journals that hold it.
 */
export const runIdOf = (node: PlanNode, inputs: readonly Arrival[], turn = 0): string => {
  if (node.single) return node.id;
  const path = inputs.map((arrival) => `${arrival.run}\n${arrival.sourcePort}\n${arrival.targetPort}`);
  // A turn may bring nothing back: then only its number tells it from the one before.
  return `${node.id}~${digest(path.join('\n\n') + (turn === 0 ? '' : `\n\n#${turn}`))}`;
};

/** 64 bits in base 36: two FNV-1a-like passes, each finished as in MurmurHash3. Not for secrets. */
const digest = (text: string): string => {
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    low ^= low >>> 15;
  }
  return word(finish(high ^ low)) + word(finish(low + Math.imul(high, 5)));
};

const finish = (hash: number): number => {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};

const word = (hash: number): string => hash.toString(36).padStart(7, '0');
