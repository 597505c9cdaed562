import { NodeError } from '../../../engine/errors.ts';
import type { AwsPort } from '../../../engine/ports.ts';
import type { AssumeRequest, AwsIdentity } from './node-identity.ts';
import { makeNodeIdentities, type NodeIdentities } from './node-identity.ts';
import { isPassing, refusalName } from './refusal.ts';
import { callService, presign } from './services.ts';
import { signRequest } from './signed-request.ts';

interface IdentityOptions {
  readonly nodeRole: string | null;
  readonly region: string | null;
  readonly now: () => number;
}

export const openNodeIdentities = (options: IdentityOptions): NodeIdentities =>
  makeNodeIdentities({ ...options, assume: assumeRole });

interface NodeServicesOptions {
  readonly identityOf: NodeIdentities;
  readonly now: () => number;
  /** Not on AWS: buckets have no host names there. */
  readonly isElsewhere: boolean;
}

/** AWS as nodes reach it, for each owner. */
export const openNodeServices = ({
  identityOf,
  now,
  isElsewhere,
}: NodeServicesOptions): ((ownerId: string) => AwsPort) => {
  return (ownerId) => {
    const as = (
      call: { readonly service: string } & Pick<Parameters<AwsPort['send']>[0], 'credential' | 'region'>,
    ) => identityOf({ ownerId, credential: call.credential, region: call.region, service: call.service });
    return {
      send: (call) =>
        spoken(`${call.service}:${call.operation}`, call.signal, async () =>
          callService(call, await as(call), isElsewhere),
        ),
      presign: (call, expiresInSeconds) =>
        spoken(`${call.service}:${call.operation}`, call.signal, async () =>
          presign(call, await as(call), isElsewhere, expiresInSeconds),
        ),
      sign: ({ request, actions, ...call }) =>
        spoken(call.service, request.signal, async (): Promise<typeof request> => {
          const identity: AwsIdentity = await as({ ...call, service: actions ?? call.service });
          return signRequest(request, call.service, identity, new Date(now()));
        }),
    };
  };
};

const assumeRole = async ({ with: { region, keys }, ...input }: AssumeRequest) => {
  const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ region, ...(keys && { credentials: keys }) });
  const { Credentials } = await client.send(new AssumeRoleCommand(input));
  client.destroy();
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    ...(Credentials?.SessionToken !== undefined && { sessionToken: Credentials.SessionToken }),
    ...(Credentials?.Expiration && { expiration: Credentials.Expiration }),
  };
};

const DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);

/** What AWS says, as an error of the node. */
const spoken = async <T>(what: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (thrown) {
    if (thrown instanceof NodeError || signal.aborted) throw thrown;
    const name = refusalName(thrown);
    const code = DENIED.has(name) ? 'aws.accessDenied' : 'aws.failed';
    const message = `${what} failed: ${name}${thrown instanceof Error ? `: ${thrown.message}` : ''}`;
    const status = (thrown as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? null;
    throw new NodeError(code, message, {
      retryable: isPassing(thrown),
      details: { error: name, status },
      cause: thrown,
    });
  }
};
