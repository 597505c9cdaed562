import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { TABLE } from '../shared/store/table.ts';
import { acknowledge } from './acknowledge.ts';

export interface DataStackProps extends StackProps {
  readonly retentionDays: number;
}

/**
 * What an execution of a lifetime class may live at the longest, and a little: the product removes payloads itself, and this
 * takes what it has missed. A test holds it against `shared/store/lifetime.ts`.
 */
const LONGEST_LIFE_DAYS = { short: 8, long: 368 } as const;

/** What must survive: nothing in here goes when the application is removed, or when this stack is. */
export class DataStack extends Stack {
  readonly table: Table;
  readonly payloads: Bucket;
  /** Encrypts both. */
  readonly dataKey: Key;
  /** Wraps the data keys of credentials. */
  readonly credentialsKey: Key;
  /** Signs session tokens; anybody may check them with its public half. */
  readonly signingKey: Key;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, { terminationProtection: true, ...props });
    const kept = { removalPolicy: RemovalPolicy.RETAIN };
    this.dataKey = new Key(this, 'DataKey', {
      description: 'Stepwell: encrypts the table, its backups and the payloads',
      enableKeyRotation: true,
      ...kept,
    });

    this.table = new Table(this, 'Table', {
      partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
      sortKey: { name: TABLE.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: TABLE.timeToLive,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.dataKey,
      ...kept,
    });
    for (const index of TABLE.indexes) {
      this.table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
        sortKey: { name: index.sortKey, type: AttributeType.STRING },
        projectionType: ProjectionType[index.projection],
      });
    }

    this.payloads = new Bucket(this, 'Payloads', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.dataKey,
      // One call to KMS for many objects instead of one each.
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [
        ...Object.entries(LONGEST_LIFE_DAYS).map(([lifetime, days]) => ({
          id: lifetime,
          prefix: `${lifetime}/`,
          expiration: Duration.days(days + props.retentionDays),
        })),
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      ...kept,
    });
    acknowledge(this.payloads, {
      'AwsSolutions-S1':
        'Only functions of this account read and write here. Logs of that belong into CloudTrail data events, which a user of the account turns on; a log bucket would cost more than what it watches.',
    });

    this.credentialsKey = new Key(this, 'CredentialsKey', {
      description: 'Stepwell: wraps the data keys of credentials',
      enableKeyRotation: true,
      ...kept,
    });
    this.signingKey = new Key(this, 'SigningKey', {
      description: 'Stepwell: signs session tokens',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      ...kept,
    });
    this.#exportAll();
  }

  /**
   * All that an application may ask for, whether this one does: CloudFormation removes no export that is still in use, and this
   * stack is deployed first. One on a restored table, which asks for less, could not be deployed.
   */
  #exportAll(): void {
    const { table, payloads } = this;
    const keys = [this.dataKey, this.credentialsKey, this.signingKey];
    for (const value of [table.tableName, table.tableArn, payloads.bucketName, payloads.bucketArn])
      this.exportValue(value);
    for (const { keyArn } of keys) this.exportValue(keyArn);
  }
}
