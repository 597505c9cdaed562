import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { loopback } from '../../adapters/loopback.ts';
import { type AwsReply, type AwsRequest, type AwsService, refusal } from './service.ts';

/** Of which service a request is, as its signature says: the only thing that all protocols of AWS share. */
const SCOPE = /(?:^|Credential=)([A-Z0-9]+)\/\d{8}\/[a-z0-9-]+\/([a-z0-9-]+)\/aws4_request/;

export const ACCESS_KEY = 'AKIAIOSFODNN7EXAMPLE';

/**
 * AWS on loopback for the length of one test: all services at one address, where the SDK finds them by the variables it reads
 * itself. Refuses what is signed by nobody it knows, and notes what none of the services can do.
 */
export const awsServer = async (services: Readonly<Record<string, AwsService>>) => {
  const asked: string[] = [];
  const unknown: string[] = [];

  const answered = async (request: AwsRequest): Promise<AwsReply> => {
    const signature = request.headers.authorization ?? request.query.get('X-Amz-Credential') ?? '';
    const [, key, name = ''] = SCOPE.exec(signature) ?? [];
    if (key !== ACCESS_KEY) return refusal('InvalidClientTokenId', 'The security token is invalid.', 403);
    asked.push(name);
    const reply = await services[name]?.(request);
    if (reply) return reply;
    const what = `${name}: ${request.headers['x-amz-target'] ?? `${request.method} ${request.path}`}`;
    unknown.push(what);
    return refusal('UnknownOperationException', `Nobody answers ${what}.`);
  };

  const { origin } = await loopback(async (incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://aws');
    const { status, headers, body } = await answered({
      method: incoming.method ?? '',
      path: pathname,
      query: searchParams,
      headers: incoming.headers,
      body: await buffer(incoming),
    });
    outgoing.writeHead(status ?? 200, { ...headers }).end(body);
  });
  const before = process.env.AWS_ENDPOINT_URL;
  process.env.AWS_ENDPOINT_URL = origin;
  onTestFinished(() => {
    if (before === undefined) delete process.env.AWS_ENDPOINT_URL;
    else process.env.AWS_ENDPOINT_URL = before;
  });
  return { origin, /** Names of the services that were called. */ asked, unknown };
};
