import { nodeTypes } from '../../engine/index.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import { typeOf } from '../../shared/catalogue/custom-types.ts';
import { getNode } from '../../shared/contracts/nodes.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { detailOf } from './detail.ts';

export const get = defineHandler(getNode, async ({ params: { type }, query: { version }, platform }) => {
  const core = nodeTypes.get(type);
  if (core && (version === undefined || version === core.version)) return { body: detailOf(core) };
  const { nodes } = platform.stores;
  const row = core
    ? null
    : await (version === undefined ? nodes.latest(type) : nodes.getVersion(type, version));
  if (!row) throw notFound('node type');
  return { body: detailOf(typeOf(row), JSON.parse(row.schema ?? '{}')) };
});
