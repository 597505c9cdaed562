/** What finishes suggestions behind the back of the request that asked: this process on one machine, a function on AWS. */
export interface Suggester {
  /** Resolves when the wish is passed on. A suggestion asked for twice is finished once. */
  begin(suggestionId: string): Promise<void>;
}
