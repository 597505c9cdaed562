import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/** What all functions of a deployment share. */
export interface FunctionDefaults {
  /** The code of `functions/<name>/lambda.ts`. */
  readonly code: (name: string) => Code;
  readonly logDays: number;
  readonly tracing: boolean;
  readonly stage: string;
}

export interface ServiceFunctionProps {
  readonly defaults: FunctionDefaults;
  /** Its folder below `functions/`. */
  readonly name: string;
  readonly description: string;
  readonly memoryMebibytes?: number;
  readonly timeoutSeconds?: number;
  /** May do nothing at all, not even log or be traced. */
  readonly isolated?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Enough CPU for a cold start below half a second; more memory costs more for every millisecond of waiting. */
const MEMORY_MEBIBYTES = 512;
/** The gateway lets go after 30 s: whatever an answer takes longer, nobody gets it. */
const TIMEOUT_SECONDS = 29;

/** Where the functions of a deployment put their own metrics. */
export const metricsNamespace = (stage: string): string => `Stepwell/${stage}`;

/** One function: its code, a role that may do nothing yet but log, and a log group that does not grow for ever. */
export class ServiceFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { defaults, name, description, isolated = false } = props;
    const logs = new LogGroup(this, 'Logs', {
      retention: defaults.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Stepwell: ${description}`,
    });
    if (!isolated) logs.grantWrite(this.role);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: `Stepwell: ${description}`,
      code: defaults.code(name),
      handler: `${name}.handler`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMebibytes ?? MEMORY_MEBIBYTES,
      timeout: Duration.seconds(props.timeoutSeconds ?? TIMEOUT_SECONDS),
      role: this.role,
      logGroup: logs,
      loggingFormat: LoggingFormat.JSON,
      // START, END and REPORT of every call would be most of what is logged; the metrics say the same.
      systemLogLevelV2: SystemLogLevel.WARN,
      tracing: defaults.tracing && !isolated ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(defaults.stage),
        ...props.environment,
      },
    });
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]':
        'X-Ray has no resources: PutTraceSegments and PutTelemetryRecords can only be given for all.',
    });
  }

  /** Lets it do `actions` with `resources`. */
  allow(actions: readonly string[], resources: readonly string[]): void {
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }
}
