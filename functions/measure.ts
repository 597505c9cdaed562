/** Counts that CloudWatch reads from the log: of few calls, as each costs a line. */
export const measure = async (counts: Readonly<Record<string, number>>): Promise<void> => {
  const { Metrics, MetricUnit } = await import('@aws-lambda-powertools/metrics');
  const metrics = new Metrics();
  for (const [name, count] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, count);
  metrics.publishStoredMetrics();
};
