/** The door to the engine: what the rest of the product may use. */
export { compile, type NodeRegistry, type Plan, type PlanNode } from './compile/plan.ts';
export { type DefinitionProblem, validateDefinition } from './compile/validate.ts';
export { type Definition, type DefinitionInput, definitionSchema } from './definition.ts';
export { NodeError, type NodeErrorData } from './errors.ts';
export type { JournalEvent, WorkflowResponse } from './interpreter/event.ts';
export { foldLog, type NodeRunLog } from './interpreter/log.ts';
export { runSlice } from './interpreter/run.ts';
export type { Slice, SliceOutcome } from './interpreter/slice.ts';
export type { Item, Json, JsonObject, PortItems } from './item.ts';
export { type NodeCategory, nodeCategories } from './nodes/categories.ts';
export type { NodeType } from './nodes/define-node.ts';
export { nodeTypes } from './nodes/registry.ts';
export type * from './ports.ts';
