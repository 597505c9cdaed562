import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi as Api,
  CfnIntegration,
  CfnRoute,
  type CorsPreflightOptions,
  DomainName,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { ServiceFunction } from './service-function.ts';

export interface HttpApiProps {
  readonly description: string;
  readonly requestsPerSecond: number;
  readonly logDays: number;
  readonly cors?: CorsPreflightOptions;
  /** A name of its own instead of API Gateway's. */
  readonly domain?: { readonly name: string; readonly certificateArn: string } | undefined;
}

/** One line for each request. The route, not the path: paths may hold anything, tokens among it. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  at: '$context.requestTimeEpoch',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  ms: '$context.responseLatency',
  bytes: '$context.responseLength',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
};

/** An HTTP API with a throttle and a log, and routes that lead to functions. */
export class HttpApi extends Construct {
  /** Where it is served, without a slash at the end. */
  readonly url: string;
  /** What a DNS record for the name of one's own must point to. */
  readonly dnsTarget: string | undefined;
  readonly api: Api;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    this.api = new Api(this, 'Api', {
      description: props.description,
      createDefaultStage: false,
      // Whoever has a name of one's own wants no second way in.
      disableExecuteApiEndpoint: props.domain !== undefined,
      ...(props.cors ? { corsPreflight: props.cors } : {}),
    });
    const name = props.domain && this.domainName(props.domain);
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.requestsPerSecond, burstLimit: props.requestsPerSecond * 2 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLog', {
            retention: props.logDays,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
      ...(name ? { domainMapping: { domainName: name } } : {}),
    });
    this.url = props.domain ? `https://${props.domain.name}` : this.api.apiEndpoint;
    this.dnsTarget = name?.regionalDomainName;
    acknowledge(this, {
      'AwsSolutions-APIG4':
        'Callers are authenticated in each function, by the step of the handler stack that also runs locally, with one consistent read: a revoked session, key or role counts at once, which the cache of an authorizer would outlive. Public routes are public by design.',
    });
  }

  /** Leads each of `routeKeys` (`GET /users/{id}`, `$default`) to a function: one permission, however many routes. */
  serve(name: string, target: ServiceFunction, routeKeys: readonly string[]): void {
    const integration = new CfnIntegration(this, `${name}Integration`, {
      apiId: this.api.apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: target.lambda.functionArn,
      payloadFormatVersion: '2.0',
    });
    for (const routeKey of routeKeys) {
      new CfnRoute(this, `Route ${routeKey}`, {
        apiId: this.api.apiId,
        routeKey,
        authorizationType: 'NONE',
        target: `integrations/${integration.ref}`,
      });
    }
    target.lambda.addPermission(`${this.node.id}${name}`, {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      // Any stage and any route, `$default` too, whose ARN has a segment less than those of other routes.
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.apiId,
        resourceName: '*/*',
      }),
    });
  }

  private domainName({ name, certificateArn }: NonNullable<HttpApiProps['domain']>): DomainName {
    return new DomainName(this, 'Domain', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
    });
  }
}
