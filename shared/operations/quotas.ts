/** What one owner may use. The same for all; an operator changes them for the deployment. */
export interface Quotas {
  readonly workflows: number;
  readonly schedules: number;
  readonly startsPerMinute: number;
  /** Bytes that triggers bring in a day (UTC). */
  readonly payloadBytesPerDay: number;
  readonly openExecutions: number;
  /** US$ that a user's suggestions and explanations may cost in a month (UTC); workflows have budgets of their own. */
  readonly aiUsdPerMonth: number;
}

/**
 * `startsPerMinute` lies below the 800 starts a second at which the index of one workflow is full; where there is no such
 * index the deployment says more.
 */
export const DEFAULT_QUOTAS: Quotas = {
  workflows: 1_000,
  schedules: 1_000,
  startsPerMinute: 40_000,
  payloadBytesPerDay: 50 * 1024 ** 3,
  openExecutions: 100_000,
  aiUsdPerMonth: 20,
};
