import { Aws, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, Policy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { DataStack } from '../data-stack.ts';
import type { Schedules } from './schedules.ts';
import type { ServiceFunction } from './service-function.ts';

export interface AwsNodeRoleProps {
  readonly interpreter: ServiceFunction;
  readonly data: DataStack;
  readonly table: ITable;
  readonly schedules: Schedules;
  /** What AWS nodes without a credential of their own may do. */
  readonly actions: readonly string[];
}

/**
 * The role that AWS nodes take on when their credential names none. It may do what the deployment's settings say, but
 * never to what Stepwell itself stands on: a workflow is not a way around the API.
 */
export class AwsNodeRole extends Construct {
  readonly role: Role;

  constructor(
    scope: Construct,
    id: string,
    { interpreter, data, table, schedules, actions }: AwsNodeRoleProps,
  ) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: 'Stepwell: what AWS nodes may do in this account',
      assumedBy: interpreter.role.grantPrincipal,
    });
    const own = (service: string, resource: string): string =>
      `arn:${Aws.PARTITION}:${service}:*:${Aws.ACCOUNT_ID}:${resource}`;
    const name = Stack.of(this).stackName;
    const statements = [
      new PolicyStatement({
        sid: 'NothingOfStepwell',
        effect: Effect.DENY,
        actions: ['*'],
        resources: [
          ...[...new Set([data.table, table])].flatMap(({ tableArn }) => [tableArn, `${tableArn}/*`]),
          data.payloads.bucketArn,
          data.payloads.arnForObjects('*'),
          data.dataKey.keyArn,
          data.credentialsKey.keyArn,
          data.signingKey.keyArn,
          own('lambda', `function:${name}-*`),
          own('states', `*:${name}*`),
          own('states', `*:*${name}*`),
          own('sqs', `${name}-*`),
          own('sns', `${name}-*`),
          own('events', `event-bus/${name}*`),
          own('events', `rule/${name}*`),
          own('cloudwatch', `alarm:${name}*`),
          own('cloudformation', `stack/${name}*`),
          schedules.schedulesArn,
          schedules.group.scheduleGroupArn,
          own('logs', `log-group:*${name}-*`),
          `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${name}-*`,
        ],
      }),
      ...(actions.length === 0
        ? []
        : [new PolicyStatement({ sid: 'BySettings', actions: [...actions], resources: ['*'] })]),
    ];
    // Not the role's own policy, as the functions that it denies come after the role that the interpreter names.
    new Policy(this, 'Limits', { roles: [this.role], statements });
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]':
        'Which resources workflows may touch is said in the settings of the deployment, by actions, and by a session policy for each call.',
      ...Object.fromEntries(
        actions
          .filter((action) => action.includes('*'))
          .map((action) => [
            `AwsSolutions-IAM5[Action::${action}]`,
            'Asked for by the settings of this deployment.',
          ]),
      ),
    });
  }
}
