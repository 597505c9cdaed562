import type { AwsAnswer, AwsCall, AwsService } from '../../../engine/ports.ts';
import type { AwsIdentity } from './node-identity.ts';

interface Client {
  send(command: never, options: { abortSignal: AbortSignal }): Promise<unknown>;
  destroy(): void;
}

type Command = new (input: never) => object;

interface LoadedService {
  readonly client: (options: ClientOptions) => Client;
  /** Commands by the name of their operation. */
  readonly commands: Readonly<Record<string, unknown>>;
}

export interface ClientOptions extends AwsIdentity {
  /** Nodes have retries of their own. */
  readonly maxAttempts: number;
}

const MOST_ATTEMPTS = 2;

/**
 * The services that nodes know by name, each loaded when it is first called. The document client takes DynamoDB's items as
 * plain JSON.
 */
const SERVICES: Readonly<Record<AwsService, (isElsewhere: boolean) => Promise<LoadedService>>> = {
  s3: async (isElsewhere) => {
    const module = await import('@aws-sdk/client-s3');
    return {
      client: (options) => new module.S3Client({ ...options, forcePathStyle: isElsewhere }),
      commands: { ...module },
    };
  },
  dynamodb: async () => {
    const [{ DynamoDBClient }, module] = await Promise.all([
      import('@aws-sdk/client-dynamodb'),
      import('@aws-sdk/lib-dynamodb'),
    ]);
    return {
      client: (options) =>
        module.DynamoDBDocumentClient.from(new DynamoDBClient(options), {
          marshallOptions: { removeUndefinedValues: true },
        }),
      commands: { ...module },
    };
  },
  sqs: async () => {
    const module = await import('@aws-sdk/client-sqs');
    return { client: (options) => new module.SQSClient(options), commands: { ...module } };
  },
  sns: async () => {
    const module = await import('@aws-sdk/client-sns');
    return { client: (options) => new module.SNSClient(options), commands: { ...module } };
  },
  events: async () => {
    const module = await import('@aws-sdk/client-eventbridge');
    return { client: (options) => new module.EventBridgeClient(options), commands: { ...module } };
  },
  lambda: async () => {
    const module = await import('@aws-sdk/client-lambda');
    return { client: (options) => new module.LambdaClient(options), commands: { ...module } };
  },
  secretsmanager: async () => {
    const module = await import('@aws-sdk/client-secrets-manager');
    return { client: (options) => new module.SecretsManagerClient(options), commands: { ...module } };
  },
  ses: async () => {
    const module = await import('@aws-sdk/client-sesv2');
    return { client: (options) => new module.SESv2Client(options), commands: { ...module } };
  },
};

/** Calls an operation of a service under somebody's identity. Throws what the SDK throws. */
export const callService = async (
  { service, operation, input, signal }: AwsCall,
  identity: AwsIdentity,
  isElsewhere: boolean,
): Promise<AwsAnswer> => {
  const { client: make, commands } = await SERVICES[service](isElsewhere);
  const Command = commands[`${operation}Command`] as Command | undefined;
  if (!Command) throw new Error(`${service} has no operation ${operation}.`);
  const client = make({ ...identity, maxAttempts: MOST_ATTEMPTS });
  const answer = (await client.send(new Command(input as never) as never, {
    abortSignal: signal,
  })) as AwsAnswer;
  // A body is read after this returns; its connection ends with it.
  if (!('Body' in answer)) client.destroy();
  return answer;
};

/** A link that lets whoever has it read or write one object for a while. */
export const presign = async (
  { operation, input }: AwsCall,
  identity: AwsIdentity,
  isElsewhere: boolean,
  expiresIn: number,
): Promise<string> => {
  const [{ S3Client, GetObjectCommand, PutObjectCommand }, { getSignedUrl }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/s3-request-presigner'),
  ]);
  const client = new S3Client({ ...identity, forcePathStyle: isElsewhere });
  const links: Readonly<Record<string, () => Promise<string>>> = {
    GetObject: () => getSignedUrl(client, new GetObjectCommand(input as never), { expiresIn }),
    PutObject: () => getSignedUrl(client, new PutObjectCommand(input as never), { expiresIn }),
  };
  const link = links[operation];
  if (!link) throw new Error(`Links are made for GetObject and PutObject, not for ${operation}.`);
  return link();
};
