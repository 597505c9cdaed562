/** The door to the engine: what the rest of the product may use. */
export { compile, type NodeRegistry, type Plan, type PlanNode } from './compile/plan.ts';
export { type Definition, type DefinitionInput, definitionSchema } from './definition.ts';
export { NodeError, type NodeErrorData } from './errors.ts';
export type { JournalEvent, WorkflowResponse } from './interpreter/event.ts';
export { foldLog, type NodeRunLog } from './interpreter/log.ts';
export { runSlice } from './interpreter/run.ts';
export type { Slice, SliceOutcome } from './interpreter/slice.ts';
export type { Item, Json, JsonObject, PortItems } from './item.ts';
export type * from './ports.ts';
