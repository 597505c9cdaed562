import { CfnOutput, CustomResource, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { CorsHttpMethod, type CorsPreflightOptions } from 'aws-cdk-lib/aws-apigatewayv2';
import { type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { fullPaths } from '../shared/contracts/paths.ts';
import type { Route } from '../shared/contracts/route.ts';
import { type Capability, equip, type Surroundings } from './capabilities.ts';
import { Alarms } from './constructs/alarms.ts';
import { AwsNodeRole } from './constructs/aws-node-role.ts';
import { Dashboard } from './constructs/dashboard.ts';
import { EventBus } from './constructs/event-bus.ts';
import { HttpApi } from './constructs/http-api.ts';
import { Schedules } from './constructs/schedules.ts';
import {
  metricsNamespace,
  ServiceFunction,
  type ServiceFunctionProps,
} from './constructs/service-function.ts';
import { StateMachines } from './constructs/state-machines.ts';
import { Sweeper } from './constructs/sweeper.ts';
import type { DataStack } from './data-stack.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import { RESOURCES, routesOf } from './resources.ts';

export interface ApplicationStackProps extends StackProps {
  readonly settings: DeploymentSettings;
  readonly data: DataStack;
  readonly code: (name: string) => Code;
}

/** As long as a function may run: the Standard machine lets a slice take all of it. */
const INTERPRETER_SECONDS = 900;
/** The longest that code may take, which its node limits, and the start of QuickJS. */
const SANDBOX_SECONDS = 90;
/** Three answers of a slow model. */
const SUGGESTION_SECONDS = 600;
const SWEEP_SECONDS = 300;

interface Outputs {
  readonly api: HttpApi;
  readonly hooks: HttpApi;
  readonly setupToken: string;
  readonly operator: ServiceFunction;
}

/** What runs, and can be made again from its sources at any time. It keeps nothing but logs. */
export class ApplicationStack extends Stack {
  readonly #props: ApplicationStackProps;
  readonly #table: ITable;

  constructor(scope: Construct, id: string, props: ApplicationStackProps) {
    super(scope, id, props);
    this.#props = props;
    const { settings, data } = props;
    this.#table = settings.restoredTable
      ? Table.fromTableName(this, 'RestoredTable', settings.restoredTable)
      : data.table;
    const { logDays, tracing } = settings;

    const api = this.#api();
    const hooks = this.#hooks();
    const interpreter = this.#function('interpreter', 'advances an execution by one slice', {
      timeoutSeconds: INTERPRETER_SECONDS,
    });
    const sandbox = this.#function('sandbox', 'runs the code of people, and may do nothing', {
      timeoutSeconds: SANDBOX_SECONDS,
      memoryMebibytes: 1_024,
      isolated: true,
    });
    const suggester = this.#function('suggester', 'asks models for workflows', {
      timeoutSeconds: SUGGESTION_SECONDS,
    });
    const machines = new StateMachines(this, 'Machines', { interpreter, logDays, tracing });
    const firing = this.#function('schedule-firing', 'takes what schedules fire');
    const dispatcher = this.#function('event-dispatch', 'starts what waits for an event');
    const schedules = new Schedules(this, 'ScheduleGroup', firing);
    const surroundings: Surroundings = {
      data,
      table: this.#table,
      apiUrl: api.url,
      hooksUrl: hooks.url,
      retentionDays: settings.retentionDays,
      express: machines.express,
      sandbox,
      suggester,
      awsNodeRole: new AwsNodeRole(this, 'AwsNodes', {
        interpreter,
        data,
        table: this.#table,
        schedules,
        actions: settings.awsNodeActions,
      }),
      schedules,
      events: new EventBus(this, 'EventBus', dispatcher),
      bedrockModels: settings.bedrockModels,
      awsRoles: settings.awsRoles,
    };
    const can = (target: ServiceFunction, ...capabilities: Capability[]): ServiceFunction => {
      equip(target, capabilities, surroundings);
      return target;
    };

    can(interpreter, 'store', 'payloads', 'checkTokens', 'signTokens', 'credentials');
    can(interpreter, 'sandbox', 'awsNodes', 'bedrock');
    can(suggester, 'store', 'payloads', 'credentials', 'bedrock');
    can(firing, 'store', 'payloads', 'startExecutions');
    can(dispatcher, 'store', 'payloads', 'startExecutions');

    for (const resource of RESOURCES) {
      const { name, memoryMebibytes } = resource;
      const options = memoryMebibytes === undefined ? {} : { memoryMebibytes };
      const target = this.#function(name, `API, ${name}`, options);
      const routes = routesOf(resource).flatMap(routeKeys);
      // What no route takes is answered where the documentation is.
      api.serve(name, can(target, ...resource.can), name === 'docs' ? [...routes, '$default'] : routes);
    }
    const receiver = this.#function('hooks', 'takes webhooks and resume links');
    can(receiver, 'store', 'payloads', 'checkTokens', 'signTokens', 'credentials');
    can(receiver, 'startExecutions', 'awaitExecutions');
    hooks.serve('hooks', receiver, ['$default']);

    const sweeper = this.#function('sweeper', 'wakes what nobody looks after', {
      timeoutSeconds: SWEEP_SECONDS,
    });
    can(sweeper, 'store', 'payloads', 'startExecutions', 'schedules');
    new Sweeper(this, 'Sweep', { target: sweeper, standard: machines.standard });

    if (settings.alarms) {
      const { events } = surroundings;
      const watched = { api, hooks, interpreter, sweeper, machines, schedules, events, table: this.#table };
      const namespace = metricsNamespace(settings.stage);
      new Alarms(this, 'Alarms', { ...watched, namespace }, settings.alarmMail);
      new Dashboard(this, 'Dashboard', { ...watched, namespace });
    }

    const operator = this.#function('operator', "an operator's hand; called by people, led to by no route");
    can(operator, 'store', 'payloads', 'startExecutions', 'schedules');

    const setupToken = this.#setupToken(can(this.#function('deployment', 'makes the set-up token'), 'store'));
    this.#outputs({ api, hooks, setupToken, operator });
  }

  /** The function in `functions/<name>/`. */
  #function(name: string, description: string, options: Partial<ServiceFunctionProps> = {}): ServiceFunction {
    const { settings, code } = this.#props;
    return new ServiceFunction(this, pascalCase(name), {
      defaults: { code, logDays: settings.logDays, tracing: settings.tracing, stage: settings.stage },
      name,
      description,
      ...options,
    });
  }

  #api(): HttpApi {
    const { allowedOrigins, apiRequestsPerSecond, logDays, domain } = this.#props.settings;
    return new HttpApi(this, 'Api', {
      description: 'Stepwell: the API',
      requestsPerSecond: apiRequestsPerSecond,
      logDays,
      ...(allowedOrigins.length > 0 ? { cors: corsFor(allowedOrigins) } : {}),
      domain: domain && { name: domain.api, certificateArn: domain.certificateArn },
    });
  }

  /** Strangers' requests and workflows' own answers: a host, a throttle and a function apart from the API's. */
  #hooks(): HttpApi {
    const { hookRequestsPerSecond, logDays, domain } = this.#props.settings;
    return new HttpApi(this, 'HooksApi', {
      description: 'Stepwell: webhooks and resume links',
      requestsPerSecond: hookRequestsPerSecond,
      logDays,
      domain: domain && { name: domain.hooks, certificateArn: domain.certificateArn },
    });
  }

  /** Made when the stack is, by a function: a template can neither make a secret nor keep one. */
  #setupToken(maker: ServiceFunction): string {
    const prepared = new CustomResource(this, 'Prepared', {
      serviceToken: maker.lambda.functionArn,
      resourceType: 'Custom::StepwellDeployment',
    });
    prepared.node.addDependency(maker);
    return prepared.getAttString('setupToken');
  }

  #outputs({ api, hooks, setupToken, operator }: Outputs): void {
    const output = (name: string, value: string | undefined, description: string) =>
      value === undefined || new CfnOutput(this, name, { value, description });
    output('ApiUrl', api.url, 'Origin of the API; its documentation is at /docs');
    output('HooksUrl', hooks.url, 'Origin of the webhooks');
    output('SetupToken', setupToken, 'Makes the first admin, once: POST <ApiUrl>/api/v1/setup');
    output('OperatorFunction', operator.lambda.functionName, 'What the runbook calls with aws lambda invoke');
    output('Table', this.#table.tableName, 'Where everything is kept');
    output(
      'ApiDnsTarget',
      api.dnsTarget,
      'What a CNAME or alias record for the name of the API must point to',
    );
    output('HooksDnsTarget', hooks.dnsTarget, 'The same for the name of the webhooks');
  }
}

const corsFor = (origins: readonly string[]): CorsPreflightOptions => ({
  allowOrigins: [...origins],
  allowMethods: [CorsHttpMethod.ANY],
  allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'x-api-key'],
  exposeHeaders: ['etag', 'location', 'retry-after', 'x-request-id'],
  maxAge: Duration.hours(1),
});

const routeKeys = (route: Route): string[] => fullPaths(route).map((path) => `${route.method} ${path}`);

const pascalCase = (name: string): string =>
  name.replaceAll(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());
