import type { DefinitionInput } from '../../engine/definition.ts';
import type { JsonObject } from '../../engine/item.ts';

/** A workflow to begin with, and what whoever takes it has to bring. */
export interface Template {
  /** Of a built-in one a readable name, of a saved one `tpl_…`. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly tags: readonly string[];
  readonly isFeatured: boolean;
  /** Part of Stepwell, and so not to be changed. */
  readonly isBuiltIn: boolean;
  readonly definition: DefinitionInput;
  readonly credentials: readonly NeededCredential[];
  readonly values: readonly NeededValue[];
  /** Items that its trigger might bring. */
  readonly sampleInput: readonly JsonObject[];
  /** Counts changes. */
  readonly revision: number;
}

export interface NeededCredential {
  readonly nodeId: string;
  /** Any of these will do. */
  readonly types: readonly string[];
  readonly purpose: string;
}

export interface NeededValue {
  /** The node’s id and the way to the parameter: `tell.channel`, `agent.tools.0.workflowId`. */
  readonly path: string;
  readonly purpose: string;
}
