/** What a program is given to see, written as JSON into `SandboxProgram.input`. */
export interface GuestInput {
  readonly items: readonly GuestItem[];
  /** By input port. */
  readonly inputs: Readonly<Record<string, readonly GuestItem[]>>;
  /** Variables by name, with their `$`. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly nodes: Readonly<Record<string, GuestNode>>;
}

export interface GuestNode {
  readonly items: readonly GuestItem[];
  /** For each item of the input, the one of this node that it came from; -1 where there is no single one. */
  readonly paired: readonly number[];
  /** Why it has no items; null when it has. */
  readonly problem: string | null;
}

export interface GuestItem {
  readonly json: object;
  readonly binary?: unknown;
  readonly pairedItem?: unknown;
}

/** What an honest program answers with; one that has spoilt its own JavaScript may answer with anything. */
export interface GuestOutput {
  readonly items: readonly GuestItem[];
  /** For each item a position in the input, a list of positions, `{ item: position }`, or null for not known. */
  readonly from: readonly unknown[];
  readonly failed: readonly { readonly index: number; readonly error: GuestError }[];
}

/** Lines and columns count from 1, in the code as it was written. */
export interface GuestError {
  readonly name: string;
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
}
