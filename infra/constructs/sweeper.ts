import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';

/** Every sweep reads an index of 16 shards: a minute costs a few cents a month. */
const EVERY = Duration.minutes(1);

/** Lets nothing stay "running" wrongly: looks through what is open every minute, and when a machine has ended badly. */
export class Sweeper extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { target, standard }: { readonly target: ServiceFunction; readonly standard: StateMachine },
  ) {
    super(scope, id);
    new Rule(this, 'EveryMinute', {
      description: 'Stepwell: wakes what nobody looks after',
      schedule: Schedule.rate(EVERY),
      // The next one comes soon enough: no use in trying a missed one again.
      targets: [new LambdaFunction(target.lambda, { retryAttempts: 0, maxEventAge: EVERY })],
    });
    new Rule(this, 'EndedBadly', {
      description: 'Stepwell: a Standard machine has failed, timed out or been aborted',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: [standard.stateMachineArn],
        },
      },
      targets: [new LambdaFunction(target.lambda, { retryAttempts: 2, maxEventAge: Duration.minutes(5) })],
    });
  }
}
