import { CfnOutput, CustomResource, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { CorsHttpMethod, type CorsPreflightOptions } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { fullPaths } from '../shared/contracts/api.ts';
import type { Route } from '../shared/contracts/route.ts';
import { equip, type Surroundings } from './capabilities.ts';
import { HttpApi } from './constructs/http-api.ts';
import { type FunctionDefaults, ServiceFunction } from './constructs/service-function.ts';
import { StateMachines } from './constructs/state-machines.ts';
import type { DataStack } from './data-stack.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import { RESOURCES, routesOf } from './resources.ts';

export interface ApplicationStackProps extends StackProps {
  readonly settings: DeploymentSettings;
  readonly data: DataStack;
  readonly code: (name: string) => Code;
}

/** What runs, and can be made again from its sources at any time. It keeps nothing but logs. */
export class ApplicationStack extends Stack {
  constructor(scope: Construct, id: string, { settings, data, code, ...props }: ApplicationStackProps) {
    super(scope, id, props);
    const { stage, logDays, tracing, domain } = settings;
    const defaults: FunctionDefaults = { code, logDays, tracing, stage };

    const api = new HttpApi(this, 'Api', {
      description: 'Stepwell: the API',
      requestsPerSecond: settings.apiRequestsPerSecond,
      logDays,
      ...(settings.allowedOrigins.length > 0 ? { cors: corsFor(settings.allowedOrigins) } : {}),
      domain: domain && { name: domain.api, certificateArn: domain.certificateArn },
    });
    const hooks = new HttpApi(this, 'Hooks', {
      description: 'Stepwell: webhooks and resume links',
      requestsPerSecond: settings.hookRequestsPerSecond,
      logDays,
      domain: domain && { name: domain.hooks, certificateArn: domain.certificateArn },
    });

    const interpreter = new ServiceFunction(this, 'Interpreter', {
      defaults,
      name: 'interpreter',
      description: 'advances an execution by one slice',
      timeoutSeconds: INTERPRETER_SECONDS,
    });
    const machines = new StateMachines(this, 'Machines', { interpreter, logDays, tracing });
    const surroundings: Surroundings = {
      data,
      apiUrl: api.url,
      hooksUrl: hooks.url,
      retentionDays: settings.retentionDays,
      express: machines.express,
    };
    equip(interpreter, ['store', 'payloads', 'checkTokens', 'signTokens', 'credentials'], surroundings);

    for (const resource of RESOURCES) {
      const target = new ServiceFunction(this, pascalCase(resource.name), {
        defaults,
        name: resource.name,
        description: `API, ${resource.name}`,
        ...(resource.memoryMebibytes === undefined ? {} : { memoryMebibytes: resource.memoryMebibytes }),
      });
      equip(target, resource.can, surroundings);
      api.serve(pascalCase(resource.name), target, routesOf(resource).flatMap(routeKeys));
    }

    const receiver = new ServiceFunction(this, 'HooksReceiver', {
      defaults,
      name: 'hooks',
      description: 'takes webhooks',
    });
    equip(receiver, ['store', 'payloads', 'checkTokens', 'startExecutions', 'awaitExecutions'], surroundings);
    hooks.serve('Receiver', receiver, ['$default']);

    const deployment = new ServiceFunction(this, 'Deployment', {
      defaults,
      name: 'deployment',
      description: 'makes the set-up token',
    });
    equip(deployment, ['store'], surroundings);
    const prepared = new CustomResource(this, 'Prepared', {
      serviceToken: deployment.lambda.functionArn,
      resourceType: 'Custom::StepwellDeployment',
    });
    prepared.node.addDependency(deployment);

    new CfnOutput(this, 'ApiUrl', {
      value: api.url,
      description: 'Origin of the API; its documentation is at /docs',
    });
    new CfnOutput(this, 'HooksUrl', { value: hooks.url, description: 'Origin of the webhooks' });
    new CfnOutput(this, 'SetupToken', {
      value: prepared.getAttString('setupToken'),
      description: 'Makes the first admin, once: POST <ApiUrl>/api/v1/setup',
    });
  }
}

/** As long as a function may run: the Standard machine lets a slice take all of it. */
const INTERPRETER_SECONDS = 900;

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
