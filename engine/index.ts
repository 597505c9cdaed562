/** The door to the engine: what the rest of the product may do with it. Its words (items, errors, ports) have files of their own. */
export { compile, type NodeRegistry, type Plan } from './compile/plan.ts';
export { reachOf } from './compile/reach.ts';
export { type DefinitionProblem, validateDefinition } from './compile/validate.ts';
export type { ValidationContext } from './compile/validation-context.ts';
export { actedRuns } from './interpreter/acted.ts';
export { seedJournal } from './interpreter/journal-seed.ts';
export { foldLog, logRange, type NodeRunLog } from './interpreter/log.ts';
export { runSlice } from './interpreter/run.ts';
export type { Mail, Slice, SliceOutcome } from './interpreter/slice.ts';
export { SNAPSHOT_SCHEMA } from './interpreter/state.ts';
export { withoutData } from './interpreter/without-data.ts';
export { nodeCategories } from './nodes/categories.ts';
export {
  CUSTOM_PREFIX,
  checkDeclarative,
  type DeclarativeNode,
  declarativeNode,
  declarativeSchema,
} from './nodes/declarative.ts';
export type { NodeType } from './nodes/define-node.ts';
export { nodeTypes } from './nodes/registry.ts';
