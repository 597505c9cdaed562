import type { NodeRegistry } from '../../../engine/compile/plan.ts';

/**
 * Node types whose work counts while it is under way, whatever it waits for: an answer, a library that is loaded, a hash. A clock
 * of the test's own stands still until it is over.
 */
export const underWay = (registry: NodeRegistry) => {
  let open = 0;
  const during = async <T>(act: () => Promise<T> | T): Promise<T> => {
    open += 1;
    try {
      return await act();
    } finally {
      open -= 1;
    }
  };
  const counted: NodeRegistry = {
    get: (name) => {
      const type = registry.get(name);
      if (!type) return undefined;
      const { execute, resume } = type;
      return {
        ...type,
        execute: (call) => during(() => execute(call)),
        ...(resume && { resume: (call, resumption) => during(() => resume(call, resumption)) }),
      };
    },
  };
  return { registry: counted, isBusy: () => open > 0 };
};
