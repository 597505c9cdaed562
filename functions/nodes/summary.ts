import { CUSTOM_PREFIX, type NodeType } from '../../engine/index.ts';

/** What a list tells of a node type. Those of the engine are all core. */
export const summaryOf = ({ type, version, name, description, category, icon, isAi }: NodeType) => ({
  type,
  version,
  name,
  description,
  category,
  icon,
  isCore: !type.startsWith(CUSTOM_PREFIX),
  isAi,
});
