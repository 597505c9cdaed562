import { NodeError } from '../errors.ts';
import type { Json, JsonObject } from '../item.ts';
import type { HttpRequest } from '../ports.ts';

interface JsonService {
  readonly protocol: 'json';
  /** What stands before the action in `X-Amz-Target`. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
}

interface QueryService {
  readonly protocol: 'query';
  readonly version: string;
}

const json = (target: string, version: '1.0' | '1.1' = '1.1'): JsonService => ({
  protocol: 'json',
  target,
  version,
});
const query = (version: string): QueryService => ({ protocol: 'query', version });

/** How services that are called by action want it, from their Smithy models; all others are called by method and path. */
export const SERVICES: Readonly<Record<string, JsonService | QueryService>> = {
  athena: json('AmazonAthena'),
  autoscaling: query('2011-01-01'),
  cloudformation: query('2010-05-15'),
  'cognito-idp': json('AWSCognitoIdentityProviderService'),
  dynamodb: json('DynamoDB_20120810', '1.0'),
  ec2: query('2016-11-15'),
  ecs: json('AmazonEC2ContainerServiceV20141113'),
  events: json('AWSEvents'),
  firehose: json('Firehose_20150804'),
  glue: json('AWSGlue'),
  iam: query('2010-05-08'),
  kinesis: json('Kinesis_20131202'),
  kms: json('TrentService'),
  logs: json('Logs_20140328'),
  monitoring: query('2010-08-01'),
  rds: query('2014-10-31'),
  rekognition: json('RekognitionService'),
  route53domains: json('Route53Domains_v20140515'),
  secretsmanager: json('secretsmanager'),
  sns: query('2010-03-31'),
  sqs: json('AmazonSQS', '1.0'),
  ssm: json('AmazonSSM'),
  states: json('AWSStepFunctions', '1.0'),
  sts: query('2011-06-15'),
  textract: json('Textract'),
  transcribe: json('Transcribe'),
  translate: json('AWSShineFrontendService_20170701'),
};

interface ServiceNames {
  /** In signatures. */
  readonly service: string;
  /** As IAM's actions begin. */
  readonly actions: string;
}

const called = (service: string, actions = service): ServiceNames => ({ service, actions });

/** Services that signatures or IAM call by another name than their endpoints, from their Smithy models and IAM's reference. */
const NAMES: Readonly<Record<string, ServiceNames>> = {
  'api.ecr': called('ecr'),
  'api.pricing': called('pricing'),
  'api.sagemaker': called('sagemaker'),
  'bedrock-agent': called('bedrock'),
  'bedrock-agent-runtime': called('bedrock'),
  'bedrock-runtime': called('bedrock'),
  'data-ats.iot': called('iotdata', 'iot'),
  email: called('ses'),
  monitoring: called('monitoring', 'cloudwatch'),
  pinpoint: called('mobiletargeting'),
  'runtime.sagemaker': called('sagemaker'),
  'runtime-v2-lex': called('lex'),
  'streams.dynamodb': called('dynamodb'),
  tagging: called('tagging', 'tag'),
};

export const namesOf = (endpoint: string): ServiceNames =>
  (Object.hasOwn(NAMES, endpoint) ? NAMES[endpoint] : undefined) ?? called(endpoint);

/** Services of the whole partition have one endpoint without a region, and sign for this one. */
const GLOBAL: Readonly<Record<string, string>> = {
  cloudfront: 'us-east-1',
  iam: 'us-east-1',
  route53: 'us-east-1',
};

/** These are called with a region all the same. */
const SIGNED_ELSEWHERE: Readonly<Record<string, string>> = { ...GLOBAL, route53domains: 'us-east-1' };

export const authenticatedRegion = (service: string, region: string): string =>
  (Object.hasOwn(SIGNED_ELSEWHERE, service) ? SIGNED_ELSEWHERE[service] : undefined) ?? region;

interface Given {
  readonly service: string;
  readonly action: string;
  readonly input: JsonObject;
  readonly method: string;
  readonly path: string;
  readonly region: string;
}

/** The request of a call, without signature. Throws `aws.call` where action and service do not go together. */
export const requestFor = (given: Given): Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'> => {
  const { service, action, path, region } = given;
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const host = Object.hasOwn(GLOBAL, service) ? `${service}.${suffix}` : `${service}.${region}.${suffix}`;
  if (path !== '') return byPath(host, given);
  const known = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
  if (!known)
    throw new NodeError(
      'aws.call',
      `${service} is not called by action here: give a method and a path. By action: ${Object.keys(SERVICES).join(', ')}.`,
    );
  const url = `https://${host}/`;
  if (known.protocol === 'json') {
    const headers = {
      'content-type': `application/x-amz-json-${known.version}`,
      'x-amz-target': `${known.target}.${action}`,
    };
    return { method: 'POST', url, headers, body: JSON.stringify(given.input) };
  }
  const form = new URLSearchParams({ Action: action, Version: known.version, ...flat(given.input) });
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  return { method: 'POST', url, headers, body: form.toString() };
};

const byPath = (host: string, { method, path, input }: Given): ReturnType<typeof requestFor> => {
  const url = `https://${host}${path.startsWith('/') ? '' : '/'}${path}`;
  if (method === 'GET' || method === 'DELETE') {
    const found = new URL(url);
    for (const [name, value] of Object.entries(flat(input))) found.searchParams.append(name, value);
    return { method, url: found.href, headers: {} };
  }
  return { method, url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) };
};

/** Nested input as the query protocol writes it: `Filters.1.Name`, `Tags.member.1.Key` where the input says `Tags.member`. */
const flat = (value: Json, name = ''): Record<string, string> => {
  if (value === null) return {};
  const join = (part: string) => (name === '' ? part : `${name}.${part}`);
  if (Array.isArray(value))
    return Object.assign({}, ...value.map((each: Json, index) => flat(each, join(String(index + 1)))));
  if (typeof value === 'object')
    return Object.assign({}, ...Object.entries(value).map(([part, each]) => flat(each, join(part))));
  return { [name]: String(value) };
};
