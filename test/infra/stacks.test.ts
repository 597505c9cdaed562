import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { WATCHES } from '../../infra/constructs/alarms.ts';
import { ROUTES } from '../../shared/contracts/api.ts';
import { fullPaths } from '../../shared/contracts/paths.ts';
import { MAX_LIFE_SECONDS } from '../../shared/store/lifetime.ts';
import { TABLE } from '../../shared/store/table.ts';
import { synthesize } from './synthesized.ts';

type Templates = ReturnType<typeof synthesize>;
interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}
interface LifecycleRule {
  readonly Id: string;
  readonly ExpirationInDays?: number;
}
let stacks: Templates;
beforeAll(() => {
  stacks = synthesize();
}, 60_000);

const resourcesOf = (template: Templates['data']): Resource[] => Object.values(template.toJSON().Resources);
const ofType = (template: Templates['data'], type: string): Resource[] =>
  resourcesOf(template).filter((resource) => resource.Type === type);

describe('the data stack', () => {
  it('has the table as the store knows it, with recovery, expiry and protection', () => {
    stacks.data.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: TABLE.timeToLive, Enabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      KeySchema: [
        { AttributeName: TABLE.partitionKey, KeyType: 'HASH' },
        { AttributeName: TABLE.sortKey, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: TABLE.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: [
          { AttributeName: index.partitionKey, KeyType: 'HASH' },
          { AttributeName: index.sortKey, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: index.projection },
      })),
    });
  });

  it('keeps payloads private, encrypted, and no longer than their executions', () => {
    stacks.data.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: {
        Rules: [
          { Id: 'short', Prefix: 'short/', ExpirationInDays: 38, Status: 'Enabled' },
          { Id: 'long', Prefix: 'long/', ExpirationInDays: 398, Status: 'Enabled' },
          {
            Id: 'unfinished-uploads',
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            Status: 'Enabled',
          },
        ],
      },
    });
    stacks.data.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      }),
    });
  });

  it('removes no payload before its execution', () => {
    const rules = ofType(stacks.data, 'AWS::S3::Bucket').flatMap(
      ({ Properties }) => (Properties.LifecycleConfiguration as { Rules: LifecycleRule[] }).Rules,
    );

    for (const [lifetime, seconds] of Object.entries(MAX_LIFE_SECONDS)) {
      const rule = rules.find(({ Id }) => Id === lifetime);
      expect(rule?.ExpirationInDays).toBeGreaterThan(seconds / 86_400 + 30);
    }
  });

  it('has a key each for data, credentials and signatures; what can be rotated is', () => {
    stacks.data.resourceCountIs('AWS::KMS::Key', 3);
    stacks.data.resourcePropertiesCountIs('AWS::KMS::Key', { EnableKeyRotation: true }, 2);
    stacks.data.hasResourceProperties('AWS::KMS::Key', {
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
    });
  });

  it('loses nothing when it is removed', () => {
    const lost = resourcesOf(stacks.data)
      .filter(({ Type }) => Type !== 'AWS::S3::BucketPolicy')
      .filter(({ DeletionPolicy }) => DeletionPolicy !== 'Retain');

    expect(lost).toEqual([]);
  });
});

describe('the application stack', () => {
  it('leaves room below the 500 resources that a stack may have', () => {
    expect(resourcesOf(stacks.application).length).toBeLessThan(450);
  });

  it('has a route for each row of the route table, and one permission for each function behind them', () => {
    const routes = ofType(stacks.application, 'AWS::ApiGatewayV2::Route').map(({ Properties }) =>
      String(Properties.RouteKey),
    );
    const asked = ROUTES.flatMap((route) => fullPaths(route).map((path) => `${route.method} ${path}`));

    expect(asked.filter((key) => !routes.includes(key))).toEqual([]);
    // What an HTTP API may have.
    expect(routes.length).toBeLessThan(300);
    expect(ofType(stacks.application, 'AWS::Lambda::Permission').length).toBeLessThanOrEqual(
      ofType(stacks.application, 'AWS::Lambda::Function').length + 1,
    );
  });

  it('lets each API call its functions over every route, the one for all others included', () => {
    const sources = ofType(stacks.application, 'AWS::Lambda::Permission')
      .filter(({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com')
      .map(({ Properties }) => JSON.stringify(Properties.SourceArn));

    expect(sources.length).toBeGreaterThan(10);
    for (const source of sources)
      expect(source).toMatch(/:execute-api:.*\{"Ref":"\w*Api\w+"\},"\/\*\/\*"\]\]\}$/);
  });

  it('gives every function an architecture, a runtime, a limit and a log group that does not grow for ever', () => {
    const functions = ofType(stacks.application, 'AWS::Lambda::Function');

    expect(functions.length).toBeGreaterThan(10);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({
        Architectures: ['arm64'],
        Runtime: 'nodejs24.x',
        LoggingConfig: { LogFormat: 'JSON', LogGroup: expect.anything() },
        Timeout: expect.any(Number),
      });
    }
    for (const { Properties } of ofType(stacks.application, 'AWS::Logs::LogGroup'))
      expect(Properties.RetentionInDays).toBe(30);
  });

  it('names nothing itself, so that whatever must be replaced can be', () => {
    const NAMES = [
      'FunctionName',
      'RoleName',
      'TableName',
      'BucketName',
      'StateMachineName',
      'QueueName',
      'LogGroupName',
    ];
    const named = [...resourcesOf(stacks.application), ...resourcesOf(stacks.data)]
      .filter(({ Properties }) =>
        NAMES.some((name) => Properties?.[name] !== undefined && typeof Properties[name] === 'string'),
      )
      .map(({ Type }) => Type);

    expect(named).toEqual([]);
  });

  it('writes no secret into an environment', () => {
    const suspicious = ofType(stacks.application, 'AWS::Lambda::Function')
      .flatMap(({ Properties }) =>
        Object.keys((Properties.Environment as { Variables?: object } | undefined)?.Variables ?? {}),
      )
      .filter((name) => /SECRET|PASSWORD|TOKEN|PRIVATE/.test(name));

    expect(suspicious).toEqual([]);
  });

  it('gives nobody all actions, and all resources only where there are none to name', () => {
    const statements = ofType(stacks.application, 'AWS::IAM::Policy')
      .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement)
      .filter(({ Effect }) => Effect === 'Allow');
    const wide = statements.flatMap((statement) => {
      const actions = [statement.Action].flat();
      return [
        ...actions.filter((action) => action.includes('*')),
        ...(statement.Resource === '*' ? actions.filter((action) => !WITHOUT_RESOURCES.test(action)) : []),
      ];
    });

    expect(wide).toEqual([]);
  });

  it('gives the sandbox no permission at all', () => {
    const roles = stacks.application.findResources('AWS::IAM::Role');
    const [sandbox, role] = Object.entries(roles).find(([id]) => id.startsWith('SandboxRole')) ?? [];
    const policies = ofType(stacks.application, 'AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties.Roles).includes(`"${sandbox}"`),
    );

    expect(role?.Properties).not.toHaveProperty('Policies');
    expect(role?.Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(policies).toEqual([]);
  });

  it('denies AWS nodes whatever Stepwell stands on, and allows what the settings say', () => {
    const { application } = synthesize({ awsNodeActions: ['s3:GetObject'] });
    const limits = Object.values(application.findResources('AWS::IAM::Policy')).find(({ Properties }) =>
      JSON.stringify(Properties).includes('NothingOfStepwell'),
    );

    const [deny, allow] = limits?.Properties.PolicyDocument.Statement ?? [];
    expect(deny).toMatchObject({ Effect: 'Deny', Action: '*' });
    for (const kept of [
      'Table',
      'Payloads',
      'DataKey',
      'CredentialsKey',
      'SigningKey',
      ':lambda:',
      ':states:',
      ':rule/',
      ':stack/',
    ])
      expect(JSON.stringify(deny.Resource)).toContain(kept);
    expect(allow).toMatchObject({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
  }, 60_000);

  it('lets functions that ask models invoke those of the settings, and no others', () => {
    const { application } = synthesize({ bedrockModels: ['eu.maker.model-v1:0', 'maker.other-v1:0'] });
    const statements = Object.values(application.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action, Effect }) => Effect === 'Allow' && JSON.stringify(Action).includes('bedrock:'));

    expect(statements.length).toBeGreaterThanOrEqual(4);
    for (const { Action, Resource } of statements) {
      expect(Action).toBe('bedrock:InvokeModel');
      expect(
        Resource.map(
          (arn: unknown) => JSON.stringify(arn).match(/(?:foundation|inference).*?(?=")/)?.[0],
        ).toSorted(),
      ).toEqual([
        'foundation-model/maker.model-v1:0',
        'foundation-model/maker.other-v1:0',
        'inference-profile/eu.maker.model-v1:0',
      ]);
    }
    expect(JSON.stringify(stacks.application.toJSON())).not.toContain('bedrock:');
  }, 60_000);

  it('tries a schedule again for hours and keeps what could not be delivered', () => {
    stacks.application.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600 });
    stacks.application.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: Match.objectLike({
        Statement: [
          Match.objectLike({
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': Match.anyValue() } },
          }),
        ],
      }),
    });
  });

  it('throttles both APIs and logs each request by its route, not by its path', () => {
    const stages = ofType(stacks.application, 'AWS::ApiGatewayV2::Stage');

    expect(stages).toHaveLength(2);
    for (const { Properties } of stages) {
      expect(Properties.DefaultRouteSettings).toMatchObject({
        ThrottlingRateLimit: expect.any(Number),
        ThrottlingBurstLimit: expect.any(Number),
      });
      expect(JSON.stringify(Properties.AccessLogSettings)).not.toMatch(/context\.path|header/);
    }
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** Traces, the delivery of logs, and the list of schedules, which Scheduler gives of no group in particular. */
const WITHOUT_RESOURCES =
  /^(scheduler:ListSchedules|xray:|logs:(Create|Get|Update|Delete|List)LogDeliver|logs:(Put|Describe)ResourcePolic|logs:DescribeLogGroups)/;

describe('alarms', () => {
  it('say what is wrong, what to do first, and where it goes on', () => {
    const alarms = ofType(stacks.application, 'AWS::CloudWatch::Alarm');

    expect(alarms.length).toBeGreaterThan(8);
    for (const { Properties } of alarms)
      expect(Properties.AlarmDescription).toMatch(/\. First: .*[.?] Then: docs\/runbook\.md#[a-z]+$/);
  });

  it('have a heading each in the runbook, and it has none for an alarm that is not there', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const headings = [...runbook.matchAll(/^## ([A-Z]\w+)$/gm)].map(([, name]) => name);

    expect(headings.toSorted()).toEqual(Object.keys(WATCHES).toSorted());
  });

  it('are sent to the address of the settings', () => {
    const { application } = synthesize({ alarmMail: 'ops@example.com' });

    application.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
    for (const { Properties } of ofType(application, 'AWS::CloudWatch::Alarm'))
      expect(Properties.AlarmActions).toHaveLength(1);
  }, 60_000);

  it('can be left out, with the dashboard', () => {
    const { application } = synthesize({ alarms: false });

    application.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    application.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  }, 60_000);
});

describe('settings of a deployment', () => {
  it('keep payloads as long as their executions', () => {
    const { data } = synthesize({ retentionDays: 7 });

    expect(JSON.stringify(data.toJSON())).toContain('"ExpirationInDays":15');
  }, 60_000);

  it('put a restored table in the place of the first, for every function', () => {
    const { application } = synthesize({ restoredTable: 'restored-today' });
    const tables = ofType(application, 'AWS::Lambda::Function').flatMap(
      ({ Properties }) =>
        (Properties.Environment as { Variables: Record<string, unknown> }).Variables.STEPWELL_TABLE ?? [],
    );

    expect(new Set(tables)).toEqual(new Set(['restored-today']));
  }, 60_000);

  it('change nothing of what the data stack exports: what is in use could not be removed', () => {
    const exported = ({ data }: Templates) => Object.keys(data.toJSON().Outputs).toSorted();
    const used = ({ application }: Templates) =>
      [...JSON.stringify(application.toJSON()).matchAll(/Stepwell-main-Data:(\w+)/g)].map(([, name]) => name);

    expect(exported(synthesize({ restoredTable: 'restored-today' }))).toEqual(exported(stacks));
    expect(used(stacks).filter((name) => !exported(stacks).includes(name ?? ''))).toEqual([]);
    expect(exported(stacks)).toHaveLength(new Set(used(stacks)).size);
  }, 60_000);

  it('name every problem with where it is', () => {
    expect(() => synthesize({ stage: 'No Spaces', retentionDays: 0, alarmMails: [] })).toThrow(
      /stepwell\.stage: [\s\S]*stepwell\.retentionDays: [\s\S]*alarmMails/,
    );
  });

  it('let pages of the named origins call the API, and no page when none is named', () => {
    const { application } = synthesize({ allowedOrigins: ['https://app.example.com'] });

    application.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: Match.objectLike({ AllowOrigins: ['https://app.example.com'] }),
    });
    stacks.application.resourcePropertiesCountIs(
      'AWS::ApiGatewayV2::Api',
      { CorsConfiguration: Match.anyValue() },
      0,
    );
  }, 60_000);
});
