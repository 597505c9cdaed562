import { NodeError } from '../../../engine/errors.ts';
import type { ResolvedCredential } from '../../../engine/ports.ts';

interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Under whose name a node calls AWS, and where. */
export interface AwsIdentity {
  readonly region: string;
  readonly credentials: AwsKeys;
}

interface Wanted {
  readonly ownerId: string;
  readonly credential: ResolvedCredential | null;
  readonly region: string | undefined;
  /** As IAM's actions begin: the session may use this service and no other. */
  readonly service: string;
}

interface IdentityOptions {
  /** The role for nodes without a credential; null where a deployment has none, as on one machine. */
  readonly nodeRole: string | null;
  readonly region: string | null;
  readonly now: () => number;
  /** Takes on a role: the deployment's own way, or with somebody's keys. Throws what STS says. */
  readonly assume: (request: AssumeRequest) => Promise<AwsKeys>;
}

export interface AssumeRequest {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly ExternalId?: string;
  readonly Policy?: string;
  readonly DurationSeconds: number;
  readonly with: { readonly region: string; readonly keys: AwsKeys | null };
}

const SESSION_SECONDS = 3_600;
/** A session is renewed before it ends, so that a call it begins can end. */
const RENEW_BEFORE_MILLISECONDS = 5 * 60_000;
const MOST_SESSIONS = 200;

/**
 * Who a node is to AWS: never the function it runs in. Without a credential it is the deployment's role for nodes, narrowed by
 * a session policy to the service it calls; with one, the keys or the role in it. A foreign role is taken on with the
 * owner's id as external id, so that nobody can have Stepwell act in another's account ("confused deputy", IAM User Guide).
 */
export const makeNodeIdentities = ({ nodeRole, region, now, assume }: IdentityOptions) => {
  const sessions = new Map<string, Promise<AwsKeys>>();

  const session = async (key: string, request: AssumeRequest): Promise<AwsKeys> => {
    const known = await sessions.get(key);
    const isFresh = (known?.expiration?.getTime() ?? 0) - now() > RENEW_BEFORE_MILLISECONDS;
    if (known && isFresh) return known;
    const taken = assume(request);
    sessions.set(key, taken);
    taken.catch(() => sessions.delete(key));
    const [oldest] = sessions.keys();
    if (sessions.size > MOST_SESSIONS && oldest !== undefined) sessions.delete(oldest);
    return taken;
  };

  return async ({ ownerId, credential, region: wanted, service }: Wanted): Promise<AwsIdentity> => {
    const data = credential?.data ?? {};
    const keys = keysIn(data);
    const role = textOf(data.roleArn) ?? (credential ? null : nodeRole);
    // Whoever has no identity would have no use for a region.
    if (!role && !keys)
      throw new NodeError(
        'aws.noIdentity',
        'The node needs an AWS credential: this deployment has no role for nodes.',
      );
    const where = wanted ?? textOf(data.region) ?? region;
    if (!where) throw new NodeError('aws.region', 'The node must name an AWS region.');
    if (!role) return { region: where, credentials: keys as AwsKeys };
    const isOwn = credential === null;
    const request: AssumeRequest = {
      RoleArn: role,
      RoleSessionName: 'stepwell',
      DurationSeconds: SESSION_SECONDS,
      ...(isOwn ? { Policy: onlyService(service) } : { ExternalId: ownerId }),
      with: { region: where, keys },
    };
    const key = JSON.stringify([role, isOwn ? service : ownerId, keys?.accessKeyId ?? null, where]);
    return { region: where, credentials: await session(key, request) };
  };
};

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const keysIn = (data: ResolvedCredential['data']): AwsKeys | null => {
  const [accessKeyId, secretAccessKey] = [textOf(data.accessKeyId), textOf(data.secretAccessKey)];
  if (!accessKeyId || !secretAccessKey) return null;
  const sessionToken = textOf(data.sessionToken);
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
};

/**
 * A session gets what the role and this policy both allow. What a service has encrypted with a key of the account it asks KMS
 * for as whoever calls it: that belongs to the service (`kms:ViaService`, KMS Developer Guide).
 */
const onlyService = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: `${service}:*`, Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:DescribeKey'],
        Resource: '*',
        Condition: { StringLike: { 'kms:ViaService': `${service}.*` } },
      },
    ],
  });

export type NodeIdentities = ReturnType<typeof makeNodeIdentities>;
