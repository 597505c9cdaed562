import { type Cloud, MANUAL } from '../cloud.ts';
import { REGION } from '../emulator.ts';
import { insist } from '../report.ts';

const TABLE = 'customers';
const read = (table: string, credentialId?: string) => ({
  id: 'read',
  type: 'aws.dynamodb',
  parameters: { operation: 'get', table, key: { pk: 'settings', sk: 'setup' }, region: REGION },
  ...(credentialId ? { credentialId } : {}),
});

export const makeTable = ({ aws }: Cloud): Promise<unknown> =>
  aws.json(
    'dynamodb',
    'DynamoDB_20120810.CreateTable',
    {
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    },
    '1.0',
  );

export const awsNodes = async (cloud: Cloud): Promise<void> => {
  const { report } = cloud;
  const runWith = async (name: string, node: object) =>
    cloud.run(await cloud.publish(name, { nodes: [MANUAL, node], edges: ['start>read'] }));
  await report.check('a node for DynamoDB reads a table of the account, in the role for nodes', async () => {
    await cloud.ended(await runWith('AWS, allowed', read(TABLE)));
  });
  await report.check("the same node is refused Stepwell's own table", async () => {
    const end = await cloud.ended(await runWith('AWS, refused', read(cloud.outputs.Table)), 'failed');
    insist(end.errorCode === 'aws.accessDenied', `${end.errorCode} ${end.errorMessage}`);
  });
  await report.check('an e-mail goes through SES, in the role for nodes', async () => {
    await cloud.aws.query('ses', {
      Action: 'VerifyEmailIdentity',
      Version: '2010-12-01',
      EmailAddress: 'orders@example.com',
    });
    const node = {
      id: 'read',
      type: 'email.send',
      parameters: {
        from: 'Orders <orders@example.com>',
        to: 'ada@example.com',
        subject: 'Order 7',
        text: 'Thank you.',
        region: REGION,
      },
    };
    await cloud.ended(await runWith('E-mail', node));
  });
  await report.check('a node may not call what the settings do not allow', async () => {
    const node = {
      id: 'read',
      type: 'aws.sqs',
      parameters: {
        queueUrl: `https://sqs.${REGION}.amazonaws.com/123456789012/q`,
        message: {},
        region: REGION,
      },
    };
    const end = await cloud.ended(await runWith('AWS, not allowed', node), 'failed');
    insist(end.errorCode === 'aws.accessDenied', `${end.errorCode} ${end.errorMessage}`);
  });
};

export const credentials = async (cloud: Cloud): Promise<void> => {
  const { report, aws, ask } = cloud;
  await report.check(
    'a credential goes through KMS into the table, is never shown, and works in a node',
    async () => {
      const iam = (Action: string, parameters: Record<string, string>) =>
        aws.query('iam', { Action, Version: '2010-05-08', UserName: 'reader', ...parameters });
      await iam('CreateUser', {});
      await iam('PutUserPolicy', {
        PolicyName: 'read',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: `*` }],
        }),
      });
      const made = await iam('CreateAccessKey', {});
      const field = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(made)?.[1] ?? '';
      const secretAccessKey = cloud.plant(field('SecretAccessKey'));
      const created = await ask(201, 'POST', '/credentials', {
        name: 'AWS reader',
        type: 'aws',
        data: { region: REGION, accessKeyId: field('AccessKeyId'), secretAccessKey },
      });
      const shown = await ask(200, 'GET', `/credentials/${created.id}`);
      insist(!JSON.stringify([created, shown]).includes(secretAccessKey), 'the secret is shown');
      insist(shown.secrets.includes('secretAccessKey'), 'the secret is not told to be set');
      const rows = await aws.json(
        'dynamodb',
        'DynamoDB_20120810.Scan',
        { TableName: cloud.outputs.Table },
        '1.0',
      );
      insist(JSON.stringify(rows).includes(created.id), 'it is not in the table');
      insist(!JSON.stringify(rows).includes(secretAccessKey), 'the table holds the secret in the clear');
      const workflow = await cloud.publish('With a credential', {
        nodes: [MANUAL, read(TABLE, created.id)],
        edges: ['start>read'],
      });
      await cloud.ended(await cloud.run(workflow));
    },
  );
};
