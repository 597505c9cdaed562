import { addNode } from '../../shared/catalogue/add-node.ts';
import { typeOf } from '../../shared/catalogue/custom-types.ts';
import { createNode } from '../../shared/contracts/nodes.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { detailOf } from './detail.ts';

export const create = defineHandler(createNode, async ({ body, platform }) => {
  const { record, created } = await addNode(platform.stores, body);
  return { status: created ? 201 : 200, body: detailOf(typeOf(record), JSON.parse(record.schema ?? '{}')) };
});
