/** What validation is told of whom a definition belongs to; what is left out is not looked at. */
export interface ValidationContext {
  /** The types of the credentials that the owner has, by id. */
  readonly credentials?: ReadonlyMap<string, string>;
  /** The names of the owner's variables that are secret. */
  readonly secretVariables?: ReadonlySet<string>;
}
