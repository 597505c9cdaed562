import { Aws } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { ENV } from '../shared/adapters/names.ts';
import { TABLE } from '../shared/store/table.ts';
import { acknowledge, findingOf } from './acknowledge.ts';
import type { AwsNodeRole } from './constructs/aws-node-role.ts';
import type { EventBus } from './constructs/event-bus.ts';
import type { Schedules } from './constructs/schedules.ts';
import type { ServiceFunction } from './constructs/service-function.ts';
import type { DataStack } from './data-stack.ts';

/** What there is in a deployment that a function may be let use. */
export interface Surroundings {
  readonly data: DataStack;
  /** That of the data stack, or one that was restored. */
  readonly table: ITable;
  readonly apiUrl: string;
  readonly hooksUrl: string;
  readonly retentionDays: number;
  readonly express: StateMachine;
  readonly sandbox: ServiceFunction;
  readonly suggester: ServiceFunction;
  readonly awsNodeRole: AwsNodeRole;
  readonly schedules: Schedules;
  readonly events: EventBus;
  readonly bedrockModels: readonly string[];
  /** What credentials may name, as in the settings. */
  readonly awsRoles: readonly string[];
}

/** Lets a function use something, and tells it where that is. */
type Grant = (target: ServiceFunction, surroundings: Surroundings) => void;

const READ = ['GetItem', 'BatchGetItem', 'Query'];
/** No Scan: nothing may read the whole table. */
const WRITE = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'ConditionCheckItem'];

const dynamodb = (actions: readonly string[]) => actions.map((action) => `dynamodb:${action}`);

const tell = ({ lambda }: ServiceFunction, variables: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(variables)) lambda.addEnvironment(name, value);
};

/** The key of the table and the payloads, as those services use it on a caller's behalf and in no other way. */
const useDataKey = (target: ServiceFunction, { data }: Surroundings): void => {
  target.role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: [data.dataKey.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': ['dynamodb', 's3'].map((service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`),
        },
      },
    }),
  );
};

/** Under which name another stack gets `value` of the data stack. */
const exportName = (data: DataStack, value: string): string =>
  data.resolve(data.exportValue(value))['Fn::ImportValue'];

const findTable: Grant = (target, { table, retentionDays, apiUrl, hooksUrl }) =>
  tell(target, {
    [ENV.table]: table.tableName,
    [ENV.retentionDays]: String(retentionDays),
    [ENV.apiUrl]: apiUrl,
    [ENV.hooksUrl]: hooksUrl,
  });

/** Every permission of every function of ours is one of these. */
export const CAPABILITIES = {
  /** Reads single rows. */
  rows: (target, surroundings) => {
    target.allow(['dynamodb:GetItem'], [surroundings.table.tableArn]);
    useDataKey(target, surroundings);
    findTable(target, surroundings);
  },
  /** Reads and writes rows, and lists them. */
  store: (target, surroundings) => {
    const { table } = surroundings;
    const indexes = TABLE.indexes.map(({ name }) => `${table.tableArn}/index/${name}`);
    target.allow(dynamodb([...READ, ...WRITE]), [table.tableArn]);
    target.allow(dynamodb(['Query']), indexes);
    useDataKey(target, surroundings);
    findTable(target, surroundings);
  },
  /** What is too large for a row. */
  payloads: (target, { data }) => {
    const { payloads } = data;
    target.allow(
      ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      [payloads.arnForObjects('*')],
    );
    // Without it a missing object is answered like a forbidden one.
    target.allow(['s3:ListBucket'], [payloads.bucketArn]);
    tell(target, { [ENV.payloadBucket]: payloads.bucketName });
    acknowledge(target, {
      [`AwsSolutions-IAM5[Resource::${exportName(data, payloads.bucketArn)}/*]`]:
        'Objects are named when they are made: the bucket holds nothing but payloads.',
    });
  },
  /** Tells who calls by a session token. */
  checkTokens: (target, { data: { signingKey } }) => {
    target.allow(['kms:GetPublicKey'], [signingKey.keyArn]);
    tell(target, { [ENV.signingKey]: signingKey.keyArn });
  },
  signTokens: (target, { data: { signingKey } }) => target.allow(['kms:Sign'], [signingKey.keyArn]),
  credentials: (target, { data: { credentialsKey } }) => {
    target.allow(['kms:GenerateDataKey', 'kms:Decrypt'], [credentialsKey.keyArn]);
    tell(target, { [ENV.credentialsKey]: credentialsKey.keyArn });
  },
  /** Starts and wakes executions. */
  startExecutions: (target, { express }) => {
    target.allow(['states:StartExecution'], [express.stateMachineArn]);
    tell(target, { [ENV.expressMachine]: express.stateMachineArn });
  },
  /** The same, waiting for the answer. */
  awaitExecutions: (target, { express }) =>
    target.allow(['states:StartSyncExecution'], [express.stateMachineArn]),
  /** Makes, changes and removes the clocks of schedules. */
  schedules: (target, { schedules }) => {
    const { group, role, deadLetters } = schedules;
    target.allow(
      ['CreateSchedule', 'UpdateSchedule', 'DeleteSchedule'].map((action) => `scheduler:${action}`),
      [schedules.schedulesArn],
    );
    target.allow(['scheduler:ListSchedules'], ['*']);
    target.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    );
    tell(target, {
      [ENV.scheduleGroup]: group.scheduleGroupName,
      [ENV.scheduleRole]: role.roleArn,
      [ENV.scheduleTarget]: schedules.target.lambda.functionArn,
      [ENV.scheduleDeadLetters]: deadLetters.queue.queueArn,
    });
    acknowledge(target, {
      [`AwsSolutions-IAM5[Resource::${findingOf(schedules, schedules.schedulesArn)}]`]:
        'Schedules are named when they are made; the group holds none but those of workflows.',
    });
  },
  /** Puts events on the bus. */
  events: (target, { events }) => {
    target.allow(['events:PutEvents'], [events.bus.eventBusArn]);
    tell(target, { [ENV.eventBus]: events.bus.eventBusName });
  },
  /** Lets people's code run where it can reach nothing. */
  sandbox: (target, { sandbox }) => {
    target.allow(['lambda:InvokeFunction'], [sandbox.lambda.functionArn]);
    tell(target, { [ENV.sandboxFunction]: sandbox.lambda.functionName });
  },
  /** Hands suggestions over, to be finished by a function that has the time for it. */
  suggester: (target, { suggester }) => {
    target.allow(['lambda:InvokeFunction'], [suggester.lambda.functionArn]);
    tell(target, { [ENV.suggesterFunction]: suggester.lambda.functionName });
  },
  /** Takes on the role of AWS nodes. */
  awsNodes: (target, { awsNodeRole: { role }, awsRoles }) => {
    target.allow(['sts:AssumeRole'], [role.roleArn]);
    // Roles that trust the whole account would be anybody's who can write a credential: only those named, and never
    // without an external id.
    if (awsRoles.length > 0)
      target.role.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['sts:AssumeRole'],
          resources: [...awsRoles],
          conditions: { StringLike: { 'sts:ExternalId': 'usr_*' } },
        }),
      );
    acknowledge(
      target,
      Object.fromEntries(
        awsRoles
          .filter((arn) => arn.includes('*'))
          .map((arn) => [
            `AwsSolutions-IAM5[Resource::${arn}]`,
            'Asked for by the settings of this deployment.',
          ]),
      ),
    );
    tell(target, { [ENV.awsNodeRole]: role.roleArn });
  },
  /** Calls the models that the settings name. */
  bedrock: (target, { bedrockModels }) => {
    const arns = bedrockModels.flatMap(modelArns);
    if (arns.length === 0) return;
    target.allow(['bedrock:InvokeModel'], arns);
    acknowledge(target, {
      ...Object.fromEntries(
        arns.map((arn) => [
          `AwsSolutions-IAM5[Resource::${findingOf(target, arn)}]`,
          'An inference profile sends a call to whatever region has room.',
        ]),
      ),
    });
  },
} satisfies Record<string, Grant>;

/** An id of a model, or of an inference profile, which begins with where it may send a call: `eu.anthropic.claude…`. */
const modelArns = (id: string): string[] => {
  const profile = /^(?:us|us-gov|eu|apac|jp|au|ca|sa|global)\.(.+)$/.exec(id);
  const bedrock = `arn:${Aws.PARTITION}:bedrock`;
  return [
    `${bedrock}:*::foundation-model/${profile?.[1] ?? id}`,
    ...(profile ? [`${bedrock}:${Aws.REGION}:${Aws.ACCOUNT_ID}:inference-profile/${id}`] : []),
  ];
};

export type Capability = keyof typeof CAPABILITIES;

export const equip = (
  target: ServiceFunction,
  capabilities: readonly Capability[],
  surroundings: Surroundings,
): void => {
  for (const capability of capabilities) CAPABILITIES[capability](target, surroundings);
};
