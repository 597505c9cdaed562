import type { Definition } from '../../engine/definition.ts';
import { nodeTypes } from '../../engine/index.ts';
import type { Lifetime } from './lifetime.ts';

/** `long` where it may wait: for an answer, a time, another execution, or its turn. */
export const lifetimeOf = ({ nodes, settings }: Definition): Lifetime => {
  const mayWait = nodes.some(({ type }) => nodeTypes.get(type)?.resume !== undefined);
  return mayWait || settings.concurrency !== null ? 'long' : 'short';
};
