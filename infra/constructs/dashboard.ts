import { Duration } from 'aws-cdk-lib';
import { Dashboard as Board, GraphWidget, type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Watched } from './watched.ts';

const FIVE_MINUTES = Duration.minutes(5);
const sum = { period: FIVE_MINUTES, statistic: 'Sum' };
const p99 = { period: FIVE_MINUTES, statistic: 'p99' };
const most = { period: FIVE_MINUTES, statistic: 'Maximum' };

interface Graph {
  readonly title: string;
  readonly lines: (watched: Watched) => IMetric[];
}

/** Read from the left and the top: what comes in, what becomes of it, what it stands on. */
const GRAPHS: readonly (readonly Graph[])[] = [
  [
    {
      title: 'Requests',
      lines: ({ api, hooks }) => [
        api.api.metricCount({ ...sum, label: 'API' }),
        hooks.api.metricCount({ ...sum, label: 'hooks' }),
      ],
    },
    {
      title: 'Errors of ours',
      lines: ({ api, hooks }) => [
        api.api.metricServerError({ ...sum, label: 'API' }),
        hooks.api.metricServerError({ ...sum, label: 'hooks' }),
      ],
    },
    {
      title: 'Slowest answers (p99, ms)',
      lines: ({ api, hooks }) => [
        api.api.metricLatency({ ...p99, label: 'API' }),
        hooks.api.metricLatency({ ...p99, label: 'hooks' }),
      ],
    },
  ],
  [
    {
      title: 'State machines',
      lines: ({ machines }) => [
        machines.express.metricStarted({ ...sum, label: 'Express started' }),
        machines.express.metricFailed({ ...sum, label: 'Express failed' }),
        machines.standard.metricStarted({ ...sum, label: 'Standard started' }),
        machines.standard.metricFailed({ ...sum, label: 'Standard failed' }),
      ],
    },
    {
      title: 'Interpreter',
      lines: ({ interpreter: { lambda } }) => [
        lambda.metricInvocations({ ...sum, label: 'slices' }),
        lambda.metricErrors({ ...sum, label: 'errors' }),
        lambda.metricThrottles({ ...sum, label: 'throttled' }),
        lambda.metricDuration({ ...p99, label: 'p99, ms' }),
      ],
    },
    {
      title: 'Sweeps',
      lines: ({ namespace }) =>
        ['Open', 'Woken', 'Poisoned'].map(
          (metricName) =>
            new Metric({ namespace, metricName, dimensionsMap: { service: 'sweeper' }, ...most }),
        ),
    },
  ],
  [
    {
      title: 'Table, units consumed',
      lines: ({ table }) => [
        table.metric('ConsumedWriteCapacityUnits', { ...sum, label: 'written' }),
        table.metric('ConsumedReadCapacityUnits', { ...sum, label: 'read' }),
        table.metric('WriteThrottleEvents', { ...sum, label: 'writes refused' }),
      ],
    },
    {
      title: 'Not delivered',
      lines: ({ schedules, events }) => [
        schedules.deadLetters.queue.metricApproximateNumberOfMessagesVisible({ ...most, label: 'firings' }),
        events.deadLetters.queue.metricApproximateNumberOfMessagesVisible({ ...most, label: 'events' }),
      ],
    },
  ],
];

/** One page of CloudWatch. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    new Board(this, 'Board', {
      defaultInterval: Duration.hours(6),
      widgets: GRAPHS.map((row) =>
        row.map(({ title, lines }) => new GraphWidget({ title, left: lines(watched), width: 8 })),
      ),
    });
  }
}
