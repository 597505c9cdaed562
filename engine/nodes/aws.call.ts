import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import { authenticatedRegion, namesOf, requestFor, SERVICES } from './aws-protocol.ts';
import { defineNode } from './define-node.ts';
import { isObject } from './field-path.ts';

const MOST_BYTES = 4 * 1024 * 1024;

export const awsCall = defineNode({
  type: 'aws.call',
  name: 'AWS service call',
  description: 'Calls any operation of a service of AWS with a signed request.',
  category: 'AWS',
  icon: 'cloud',
  mode: 'perItem',
  concurrency: 10,
  credentialTypes: ['aws'],
  effect: ({ action, method }) =>
    /^(Get|List|Describe|BatchGet|Query|Scan|Head)/.test(action) || method === 'GET' ? 'read' : 'write',
  parameters: z.strictObject({
    service: z
      .string()
      .regex(/^[a-z0-9.-]{0,64}$/, 'must be the prefix of an endpoint, such as states')
      .default('')
      .meta({
        title: 'Service',
        description: `As its endpoint begins. By name and action: ${Object.keys(SERVICES).join(', ')}; any other by method and path.`,
      }),
    action: z
      .string()
      .max(128)
      .default('')
      .meta({
        title: 'Action',
        description: 'As the API reference calls it, of a service that is called by action.',
        examples: ['StartExecution'],
      }),
    input: z
      .record(z.string(), z.json())
      .default({})
      .meta({ title: 'Input', description: 'As the API reference writes it.' }),
    method: z
      .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      .default('POST')
      .meta({ title: 'Method', description: 'Of a service that is called by path.' }),
    path: z
      .string()
      .max(2_048)
      .default('')
      .meta({
        title: 'Path',
        description: 'Of a service that is called by path, with its query.',
        examples: ['/2015-03-31/functions/'],
      }),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-central-1')
      .default('us-east-1')
      .meta({
        title: 'Region',
        description: 'Where the service is called. It goes before that of the credential.',
      }),
  }),
  check: ({ service, action, path }) => [
    ...(typeof service === 'string' && service !== ''
      ? []
      : [{ pointer: '/service', message: 'must name a service' }]),
    ...(action || path
      ? []
      : [{ pointer: '/action', message: 'must name an action, or the path must be given' }]),
  ],
  example: {
    parameters: { service: 'states', action: 'ListStateMachines', input: { maxResults: 1 } },
    input: [{ json: {} }],
    output: { main: [{ json: { stateMachines: [] } }] },
  },
  execute: async ({ parameters: given, ports, signal, credential }) => {
    const { service, region } = given;
    const request = {
      ...requestFor(given),
      maxRedirects: 0,
      timeoutMilliseconds: 60_000,
      maxResponseBytes: MOST_BYTES,
      signal,
    };
    const signed = await ports.aws.sign({
      credential: await credential(),
      region: authenticatedRegion(service, region),
      ...namesOf(service),
      request,
    });
    const { status, headers, body } = await ports.http.request(signed);
    const text = new TextDecoder().decode(body);
    if (status >= 400) {
      const denied = status === 403 || /AccessDenied/.test(text);
      throw new NodeError(
        denied ? 'aws.accessDenied' : 'aws.failed',
        `${service} answered ${status}: ${text.slice(0, 500)}`,
        {
          retryable: status >= 500 || status === 429 || /Throttl/i.test(text),
          details: { status },
        },
      );
    }
    return { outputs: { main: [{ json: await read(text, headers['content-type'] ?? '') }] } };
  },
});

const read = async (text: string, contentType: string) => {
  if (text.trim() === '') return {};
  if (/xml/.test(contentType) || text.trimStart().startsWith('<')) {
    const { XMLParser } = await import('fast-xml-parser');
    return new XMLParser({ ignoreDeclaration: true }).parse(text) as { [name: string]: Json };
  }
  const value = parsed(text);
  return isObject(value) ? value : { data: value };
};

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};
