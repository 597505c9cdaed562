import type { Cloud } from '../cloud.ts';
import { eventually, insist } from '../report.ts';

/** When all is done. */
export const aftermath = async (cloud: Cloud): Promise<void> => {
  const { report, aws, outputs } = cloud;
  await report.check('nothing is left open', () =>
    eventually(
      async () => {
        const status = await aws.invoke(outputs.OperatorFunction, { do: 'status' });
        insist(status.openCount === 0, `${status.openCount} are open: ${status.open.join(', ')}`);
        return true;
      },
      { within: 20_000, every: 1_000, what: 'An end of all' },
    ),
  );
  await report.check('no log holds a secret, a password or a token', async () => {
    insist(cloud.secrets.length > 3, 'no secrets were planted');
    const text = await everyLog(cloud);
    insist(text.length > 10_000, `the logs are suspiciously short: ${text.length} characters`);
    const shown = cloud.secrets.filter((secret) => text.includes(secret));
    insist(
      shown.length === 0,
      `${shown.length} of ${cloud.secrets.length} are in the logs: ${shown.join(', ')}`,
    );
  });
};

const everyLog = async ({ aws }: Cloud): Promise<string> => {
  const logs = (operation: string, input: object) => aws.json('logs', `Logs_20140328.${operation}`, input);
  let text = '';
  let nextGroups: string | undefined;
  do {
    const groups = await logs('DescribeLogGroups', {
      limit: 50,
      ...(nextGroups ? { nextToken: nextGroups } : {}),
    });
    for (const { logGroupName } of groups.logGroups) {
      let nextToken: string | undefined;
      do {
        const page = await logs('FilterLogEvents', { logGroupName, ...(nextToken ? { nextToken } : {}) });
        text += page.events.map(({ message }: { message: string }) => message).join('\n');
        nextToken = page.nextToken;
      } while (nextToken);
    }
    nextGroups = groups.nextToken;
  } while (nextGroups);
  return text;
};
