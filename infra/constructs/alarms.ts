import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Watched } from './watched.ts';

/** Something that a person has to look at. */
interface Watch {
  /** What is wrong when it rings. */
  readonly says: string;
  /** What to do before reading on. */
  readonly first: string;
  readonly metric: (watched: Watched) => IMetric;
  /** Rings at this many, or below it when it is quiet that is wrong. */
  readonly threshold: number;
  readonly wrongWhen?: 'many' | 'few';
  /** In how many of the last periods. */
  readonly periods?: number;
}

const FIVE_MINUTES = { period: Duration.minutes(5) };
const SUM = { ...FIVE_MINUTES, statistic: 'Sum' };
const MOST = { ...FIVE_MINUTES, statistic: 'Maximum' };

/** By the heading of the runbook that goes on where `first` ends. */
export const WATCHES: Readonly<Record<string, Watch>> = {
  ApiFails: {
    says: 'Requests to the API end in errors of ours.',
    first: 'Look for "request failed" in the logs of the API functions; the line names the error.',
    metric: ({ api }) => api.api.metricServerError(SUM),
    threshold: 5,
  },
  HooksFail: {
    says: 'Webhooks or resume links end in errors of ours; senders may repeat them or give up.',
    first: 'Look for "request failed" in the log of the hooks function; the line names the error.',
    metric: ({ hooks }) => hooks.api.metricServerError(SUM),
    threshold: 5,
  },
  InterpreterFails: {
    says: 'Slices of executions end in errors. They are tried again; nothing is lost yet.',
    first: 'Look at the errors in the log of the interpreter: one execution, or all of them?',
    metric: ({ interpreter }) => interpreter.lambda.metricErrors(SUM),
    threshold: 5,
  },
  InterpreterThrottled: {
    says: 'Lambda starts no more interpreters: the concurrency of the account is used up.',
    first: 'Ask for more concurrency under Service Quotas; see which function of the account uses it.',
    metric: ({ interpreter }) => interpreter.lambda.metricThrottles(SUM),
    threshold: 10,
  },
  ExpressFails: {
    says: 'Express machines fail before they could hand an execution over. The sweeper finds it within minutes.',
    first: 'Read the log of the Express machine; then see whether the sweeper runs.',
    metric: ({ machines }) => machines.express.metricFailed(SUM),
    threshold: 5,
  },
  StandardFails: {
    says: 'A Standard machine gave up: the interpreter could not be reached for a long time.',
    first: 'Open the failed execution of the machine; its name begins with the id of ours.',
    metric: ({ machines }) => machines.standard.metricFailed(SUM),
    threshold: 1,
  },
  SweeperSilent: {
    says: 'The sweeper does not run: what is lost on its way stays lost.',
    first: 'See whether its rule in EventBridge is switched on, and whether Lambda throttles it.',
    metric: ({ sweeper }) => sweeper.lambda.metricInvocations(SUM),
    threshold: 1,
    wrongWhen: 'few',
    periods: 3,
  },
  SweeperFails: {
    says: 'The sweeper runs and fails.',
    first: 'Read its log: it names the execution or the schedule at which it fails.',
    metric: ({ sweeper }) => sweeper.lambda.metricErrors(SUM),
    threshold: 3,
  },
  ExecutionsPoisoned: {
    says: 'An execution brought its interpreter down again and again, and was failed.',
    first: 'Look for "execution poisoned" in the log of the sweeper; it names the execution.',
    metric: ({ namespace }) =>
      new Metric({ namespace, metricName: 'Poisoned', dimensionsMap: { service: 'sweeper' }, ...SUM }),
    threshold: 1,
  },
  FiringsLost: {
    says: 'Schedules fired and could not be delivered for hours.',
    first: 'See why the function schedule-firing fails; then deliver the messages of the queue again.',
    metric: ({ schedules }) => schedules.deadLetters.queue.metricApproximateNumberOfMessagesVisible(MOST),
    threshold: 1,
  },
  EventsLost: {
    says: 'Events could not be delivered for a day.',
    first: 'See why the function event-dispatch fails; then deliver the messages of the queue again.',
    metric: ({ events }) => events.deadLetters.queue.metricApproximateNumberOfMessagesVisible(MOST),
    threshold: 1,
  },
  TableThrottled: {
    says: 'DynamoDB refuses writes: a key is hot, or the table grows faster than it can.',
    first: 'See by the metrics of the table which index is refused; lower what starts executions.',
    metric: ({ table }) => table.metric('WriteThrottleEvents', SUM),
    threshold: 50,
  },
};

const RUNBOOK = 'docs/runbook.md';

/** The heading of the runbook for an alarm, as Markdown addresses it: `ApiFails` → `apifails`. */
const heading = (id: string): string => id.toLowerCase();

/** An alarm for each line of the table, each with what to do first, and a mail when there is somebody to send it to. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, watched: Watched, mail: string | undefined) {
    super(scope, id);
    const topic = mail === undefined ? null : this.#topic(mail);
    for (const [name, watch] of Object.entries(WATCHES)) {
      const few = watch.wrongWhen === 'few';
      const alarm = new Alarm(this, name, {
        alarmDescription: `${watch.says} First: ${watch.first} Then: ${RUNBOOK}#${heading(name)}`,
        metric: watch.metric(watched),
        threshold: watch.threshold,
        comparisonOperator: few
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: watch.periods ?? 1,
        treatMissingData: few ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      if (topic) alarm.addAlarmAction(new SnsAction(topic));
    }
  }

  #topic(mail: string): Topic {
    const topic = new Topic(this, 'Mail', { displayName: 'Stepwell alarms', enforceSSL: true });
    topic.addSubscription(new EmailSubscription(mail));
    topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [topic.topicArn],
      }),
    );
    acknowledge(topic, {
      'AwsSolutions-SNS2':
        'Alarms hold names of metrics and advice, nothing of workflows; a key for them would cost more than all else that idles.',
    });
    return topic;
  }
}
