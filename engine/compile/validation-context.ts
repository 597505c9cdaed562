import type { NodeRegistry } from './plan.ts';

/** What validation is told of whom a definition belongs to; what is left out is not looked at. */
export interface ValidationContext {
  /** The node types there are; those of the engine when left out. */
  readonly types?: NodeRegistry;
  /** The types of the credentials that the owner has, by id. */
  readonly credentials?: ReadonlyMap<string, string>;
  /** The names of the owner's variables that are secret. */
  readonly secretVariables?: ReadonlySet<string>;
}
