import type { JsonObject } from '../../../../engine/item.ts';
import { isElsewhere } from '../../../../shared/adapters/aws/endpoint.ts';
import { openNodeIdentities, openNodeServices } from '../../../../shared/adapters/aws/node-services.ts';
import { ACCESS_KEY, awsServer } from '../../../peers/aws/aws-server.ts';
import { type DynamoTable, dynamodb } from '../../../peers/aws/dynamodb.ts';
import { type LambdaFunctions, lambda } from '../../../peers/aws/lambda.ts';
import { eventBridge, type PublishedMessage, ses, sns, sqs } from '../../../peers/aws/messaging.ts';
import { type StoredObject, s3 } from '../../../peers/aws/s3.ts';
import { type ReceivedMail, readMail } from '../../../peers/received-mail.ts';

/** What there is in the account before. */
export interface AwsAccount {
  /** The texts in each bucket, by key. */
  readonly buckets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly queues?: readonly string[];
  readonly tables?: Readonly<Record<string, DynamoTable>>;
  readonly functions?: LambdaFunctions;
}

const REGION = 'eu-central-1';
const now = () => Date.now();

/** AWS on loopback. `deliver`: what SES has to. */
export const awsFor = async (account: AwsAccount, deliver: (mail: ReceivedMail) => void) => {
  const buckets = new Map<string, Map<string, StoredObject>>();
  for (const [name, texts] of Object.entries(account.buckets ?? {})) {
    const objects = Object.entries(texts).map(([key, text]): [string, StoredObject] => [
      key,
      { bytes: Buffer.from(text), contentType: 'binary/octet-stream' },
    ]);
    buckets.set(name, new Map(objects));
  }
  const queues = new Map((account.queues ?? []).map((name): [string, string[]] => [name, []]));
  const published: PublishedMessage[] = [];
  const events: JsonObject[] = [];
  const { origin, asked, unknown } = await awsServer({
    s3: s3(buckets),
    sqs: sqs(queues),
    sns: sns(published),
    events: eventBridge(events),
    lambda: lambda(account.functions ?? {}),
    ses: ses(async (message) => deliver(await readMail(message))),
    ...(account.tables ? { dynamodb: await dynamodb(account.tables) } : {}),
  });
  const identityOf = openNodeIdentities({ nodeRole: null, region: null, now });
  const services = openNodeServices({ identityOf, now, isElsewhere: isElsewhere('S3', process.env) });
  return {
    aws: services('usr_1'),
    credential: { region: REGION, accessKeyId: ACCESS_KEY, secretAccessKey: 'secret' },
    unknown,
    /** What a test sees of it. */
    account: {
      origin,
      /** Names of the services that were called, call by call. */
      asked: asked as readonly string[],
      /** The keys in a bucket. */
      keys: (bucket: string): readonly string[] => [...(buckets.get(bucket)?.keys() ?? [])],
      object: (bucket: string, key: string): StoredObject | undefined => buckets.get(bucket)?.get(key),
      queue: (name: string): readonly string[] => queues.get(name) ?? [],
      published: published as readonly PublishedMessage[],
      events: events as readonly JsonObject[],
    },
  };
};
