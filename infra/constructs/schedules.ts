import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters.ts';
import type { ServiceFunction } from './service-function.ts';

/** The group that holds a schedule for each schedule of a workflow, and what these need to call our function. */
export class Schedules extends Construct {
  readonly group: ScheduleGroup;
  readonly role: Role;
  readonly deadLetters: DeadLetters;

  readonly target: ServiceFunction;

  constructor(scope: Construct, id: string, target: ServiceFunction) {
    super(scope, id);
    this.target = target;
    // Removing the group removes the schedules in it: none goes on firing into the void.
    this.group = new ScheduleGroup(this, 'Group');
    this.deadLetters = new DeadLetters(this, 'DeadLetters');
    this.role = new Role(this, 'Role', {
      description: 'Stepwell: calls the function that takes what schedules fire',
      // Nobody else's schedules may take it on.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [target.lambda.functionArn],
      }),
    );
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [this.deadLetters.queue.queueArn],
      }),
    );
  }

  /** All schedules of the group. */
  get schedulesArn(): string {
    return Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.group.scheduleGroupName}/*`,
    });
  }
}
