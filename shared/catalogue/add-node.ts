import { checkDeclarative, type DeclarativeNode } from '../../engine/index.ts';
import { AppError } from '../errors.ts';
import type { NodeRecord } from '../store/nodes.ts';
import type { Stores } from '../store/stores.ts';

/** Throws `node.invalid` with every problem of a declaration; pointers are its own. */
export const refuseUnfitNode = (declared: DeclarativeNode): void => {
  const problems = checkDeclarative(declared);
  if (problems.length === 0) return;
  const [first] = problems;
  const detail = `${first?.pointer} ${first?.message}.`;
  throw new AppError('node.invalid', detail, {
    errors: problems.map(({ pointer, message }) => ({ pointer, message })),
  });
};

/** Adds a node type, or a new version of one. The same declaration again is the version there is. */
export const addNode = async (
  { nodes }: Pick<Stores, 'nodes'>,
  declared: DeclarativeNode,
): Promise<{ record: NodeRecord; created: boolean }> => {
  refuseUnfitNode(declared);
  const latest = await nodes.latest(declared.type);
  const declaration = JSON.stringify(declared);
  if (latest?.declaration === declaration) return { record: latest, created: false };
  const { type, name, description, category, icon, parameters } = declared;
  const record = await nodes.create({
    type,
    name,
    description,
    category,
    icon,
    isCore: false,
    isAi: false,
    schema: JSON.stringify(parameters),
    version: (latest?.version ?? 0) + 1,
    declaration,
  });
  return { record, created: true };
};
