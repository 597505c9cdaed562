import { type Cloud, MANUAL } from '../cloud.ts';
import { eventually, insist } from '../report.ts';
import { timerWorkflow } from './waits.ts';

const dynamodb = ({ aws }: Cloud, operation: string, input: object) =>
  aws.json('dynamodb', `DynamoDB_20120810.${operation}`, input, '1.0');

/** What the runbook says to do with an execution that does not move. */
export const stuckExecution = async (cloud: Cloud): Promise<void> => {
  const operator = (order: object) => cloud.aws.invoke(cloud.outputs.OperatorFunction, order);
  await cloud.report.check('an operator looks at an execution, wakes it, and ends it', async () => {
    const id = await cloud.run(await timerWorkflow(cloud, 3_600));
    await cloud.waiting(id, 'timer');
    const shown = await operator({ do: 'show', executionId: id });
    insist(shown.id === id && shown.isParked === true, JSON.stringify(shown));
    await operator({ do: 'wake', executionId: id });
    await operator({ do: 'fail', executionId: id, because: 'It was stuck.' });
    const end = await cloud.ended(id, 'failed');
    insist(end.errorMessage === 'It was stuck.', end.errorMessage);
  });
};

/** Makes a copy of the table as it was a moment ago. Answers its name. */
export const restoreTable = async (cloud: Cloud): Promise<string> => {
  const restored = `${cloud.outputs.Table}-restored`;
  await dynamodb(cloud, 'RestoreTableToPointInTime', {
    SourceTableName: cloud.outputs.Table,
    TargetTableName: restored,
    UseLatestRestorableTime: true,
  });
  await eventually(
    async () => {
      const { Table } = await dynamodb(cloud, 'DescribeTable', { TableName: restored });
      return Table.TableStatus === 'ACTIVE';
    },
    { what: 'The restored table' },
  );
  return restored;
};

/** A deployment on a restored table keeps still until somebody has looked. */
export const heldTable = async (cloud: Cloud, password: string): Promise<void> => {
  const { report } = cloud;
  await report.check('accounts and workflows are what they were, and no new admin can be made', async () => {
    insist(!/^[\w-]{24}$/.test(cloud.outputs.SetupToken), 'there is a set-up token');
    await cloud.signIn('admin', password);
    const { data } = await cloud.ask(200, 'GET', '/workflows?limit=100');
    insist(data.length > 5, `${data.length} workflows`);
  });
  await report.check('nothing starts on a restored table until an operator has released it', async () => {
    const workflow = await cloud.publish('After the restore', { nodes: [MANUAL] });
    const { status, body } = await cloud.call('POST', `/workflows/${workflow.id}/run`, { body: {} });
    insist(status === 503 && body.code === 'platform.held', `answered ${status} ${JSON.stringify(body)}`);
    await cloud.aws.invoke(cloud.outputs.OperatorFunction, { do: 'releaseTable' });
    // Functions look again every few seconds whether they may.
    const id = await eventually(() => cloud.run(workflow), { what: 'A start' });
    await cloud.ended(id);
  });
};
