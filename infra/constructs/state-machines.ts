import { join } from 'node:path';
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { MACHINE_SUBSTITUTIONS } from '../../shared/adapters/names.ts';
import { acknowledge, findingOf } from '../acknowledge.ts';
import type { ServiceFunction } from './service-function.ts';

export interface StateMachinesProps {
  readonly interpreter: ServiceFunction;
  readonly logDays: number;
  readonly tracing: boolean;
}

/**
 * What makes executions move. Most cost one run of the Express machine; what parks or takes long goes on in the Standard
 * one, which waits without costing anything.
 */
export class StateMachines extends Construct {
  readonly express: StateMachine;
  readonly standard: StateMachine;

  constructor(scope: Construct, id: string, props: StateMachinesProps) {
    super(scope, id);
    this.standard = this.machine('Standard', StateMachineType.STANDARD, props, {});
    this.express = this.machine('Express', StateMachineType.EXPRESS, props, {
      [MACHINE_SUBSTITUTIONS.standardMachine]: this.standard.stateMachineArn,
    });
    this.mayStart('ExpressGoesOn', this.express, [this.express, this.standard]);
    this.mayStart('StandardGoesOn', this.standard, [this.standard]);
    this.mayMap(this.standard);
    // Executions wake one another: children their parents, failures their error workflows.
    this.mayStart('InterpreterWakes', props.interpreter, [this.express]);
  }

  private machine(
    id: string,
    type: StateMachineType,
    { interpreter, logDays, tracing }: StateMachinesProps,
    substitutions: Record<string, string>,
  ): StateMachine {
    const file = join(import.meta.dirname, `../state-machines/${id.toLowerCase()}.asl.json`);
    const machine = new StateMachine(this, id, {
      stateMachineType: type,
      definitionBody: DefinitionBody.fromFile(file),
      definitionSubstitutions: {
        [MACHINE_SUBSTITUTIONS.interpreter]: interpreter.lambda.functionArn,
        ...substitutions,
      },
      tracingEnabled: tracing,
      logs: {
        destination: new LogGroup(this, `${id}Logs`, {
          retention: logDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    machine.addToRolePolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [interpreter.lambda.functionArn],
      }),
    );
    acknowledge(machine, {
      'AwsSolutions-SF1':
        'Each step of an execution is in its own journal. Events of the machine would cost more than the machine; errors are logged.',
      'AwsSolutions-IAM5[Resource::*]':
        'Delivery of logs and traces has no resources that a policy could name.',
    });
    return machine;
  }

  /** A Distributed Map watches, and in the end stops, the executions it starts (Step Functions Developer Guide, "IAM policies for using Distributed Map states"). */
  private mayMap(machine: StateMachine): void {
    const { stateMachineName } = machine;
    const executions = ['', '/*'].map((label) =>
      Stack.of(this).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${stateMachineName}${label}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    const policy = new Policy(this, 'StandardMaps', {
      roles: [machine.role],
      statements: [
        new PolicyStatement({
          actions: ['states:DescribeExecution', 'states:StopExecution'],
          resources: executions,
        }),
      ],
    });
    acknowledge(
      policy,
      Object.fromEntries(
        executions.map((arn) => [
          `AwsSolutions-IAM5[Resource::${findingOf(this, arn)}]`,
          'Executions are named when they are started; these are of the machine itself.',
        ]),
      ),
    );
  }

  /** In a policy of its own: what comes before a machine could not be made after a role that names it. */
  private mayStart(id: string, who: { readonly role: IRole }, whom: readonly StateMachine[]): void {
    const policy = new Policy(this, id, {
      roles: [who.role],
      statements: [
        new PolicyStatement({
          actions: ['states:StartExecution'],
          resources: whom.map((machine) => machine.stateMachineArn),
        }),
      ],
    });
    policy.node.addDependency(...whom);
  }
}
