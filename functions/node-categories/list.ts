import { nodeCategories } from '../../engine/index.ts';
import { listNodeCategories } from '../../shared/contracts/nodes.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const list = defineHandler(listNodeCategories, async () => ({
  body: {
    data: nodeCategories.toSorted((a, b) => a.displayOrder - b.displayOrder),
    nextCursor: null,
  },
}));
