import { Duration } from 'aws-cdk-lib';
import { EventBus as Bus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters.ts';
import type { ServiceFunction } from './service-function.ts';

/**
 * The bus of events that start workflows. One rule passes everything on: a bus has 300 rules, and patterns of workflows
 * are matched by the dispatcher.
 */
export class EventBus extends Construct {
  readonly bus: Bus;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, dispatcher: ServiceFunction) {
    super(scope, id);
    this.bus = new Bus(this, 'Bus', { description: 'Stepwell: events that start workflows' });
    this.deadLetters = new DeadLetters(this, 'DeadLetters');
    new Rule(this, 'Everything', {
      description: 'Stepwell: passes every event to the dispatcher',
      eventBus: this.bus,
      eventPattern: { source: Match.prefix('') },
      targets: [
        new LambdaFunction(dispatcher.lambda, {
          deadLetterQueue: this.deadLetters.queue,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
  }
}
