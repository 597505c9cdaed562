import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type FakeServer, startFakeBedrock } from '../shared/ai/fake-servers.ts';
import { type Cloud, makeCloud, PASSWORD } from './cloud.ts';
import { choosePlace, type Emulator, installEmulator, startEmulator } from './emulator.ts';
import { namingSchedulesAsTheEmulator } from './grants.ts';
import { accounts } from './journeys/accounts.ts';
import { aftermath } from './journeys/aftermath.ts';
import { aiModels, MODEL_ID } from './journeys/ai-models.ts';
import { awsNodes, credentials, makeTable } from './journeys/aws-nodes.ts';
import { calls } from './journeys/calls.ts';
import { cancel } from './journeys/cancel.ts';
import { children, largeMap } from './journeys/children.ts';
import { killedFunction, killFunction, stoppedMachine } from './journeys/faults.ts';
import { manualRuns } from './journeys/manual-runs.ts';
import { goesOn, lostFiring, restoreTable, sleepOverRemoval, stuckExecution } from './journeys/operating.ts';
import { lostStart, refusals } from './journeys/refusals.ts';
import { templates } from './journeys/templates.ts';
import { events, publishSchedule, scheduleFires } from './journeys/triggers.ts';
import { users } from './journeys/users.ts';
import { callbackWorkflow, timerWorkflow, waits } from './journeys/waits.ts';
import { webhooks } from './journeys/webhooks.ts';
import { wholeApi } from './journeys/whole-api.ts';
import { type Outside, startOutside } from './outside.ts';
import { insist, makeReport } from './report.ts';
import { makeRunbook } from './runbook.ts';
import { changeCode, makeToolkit, operatorEnvironment, STACK } from './toolkit.ts';

/**
 * The product on an emulator of AWS: deployed by the CDK CLI as anybody would, driven through its public API with IAM
 * enforced, upgraded, and removed. Workarounds for the emulator are in this folder and nowhere in the product.
 */
const FOLDER = resolve(import.meta.dirname, '../../.cache/e2e-cloud');
const SETTINGS = {
  awsNodeActions: ['dynamodb:*', 'ses:SendEmail', 'ses:SendRawEmail'],
  bedrockModels: [MODEL_ID],
};

const report = makeReport();
const running: { emulator?: Emulator; bedrock?: FakeServer; outside?: Outside } = {};
const stop = () => Promise.all([running.emulator?.stop(), running.bedrock?.stop(), running.outside?.stop()]);

const drive = async (): Promise<void> => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(join(FOLDER, 's3'), { recursive: true });
  report.title('Deploying');
  const place = await report.check('the emulator is installed', async () => {
    await installEmulator(join(FOLDER, 'install.log'));
    return choosePlace(FOLDER);
  });
  if (!place) return;
  const toolkit = makeToolkit(FOLDER, place);
  const bedrock = await startFakeBedrock();
  running.bedrock = bedrock;
  const outside = await startOutside();
  running.outside = outside;
  const restart = async (enforcing: boolean) => {
    await running.emulator?.stop();
    const others = { bedrockUrl: bedrock.url, outsidePort: outside.port };
    running.emulator = await startEmulator({ folder: FOLDER, place, enforcing, ...others });
  };

  const [app] = await Promise.all([
    report.check('the stacks are synthesized', () => toolkit.synthesize('first', SETTINGS)),
    report.check('the emulator starts', () => restart(false)),
  ]);
  if (!app || !running.emulator) return;
  const outputs = await report.check('an account is bootstrapped and both stacks are deployed', async () => {
    await toolkit.bootstrap(app);
    return toolkit.deploy(app);
  });
  if (!outputs) return;
  if (
    !(await report.check('the emulator starts again, and asks IAM from now on', () =>
      restart(true).then(() => true),
    ))
  )
    return;

  const cloud: Cloud = makeCloud({ place, outputs, report });
  const runbook = makeRunbook(operatorEnvironment(FOLDER, place));
  await namingSchedulesAsTheEmulator(cloud.aws);
  report.title('Driving the API');
  await accounts(cloud);
  await makeTable(cloud);
  // Its lease takes minutes to run out: the drive has other things to do meanwhile.
  const killed = await killFunction(cloud, outside);
  const lost = await report.check('a start that gets lost on its way is accepted all the same', () =>
    lostStart(cloud),
  );
  const clock = await publishSchedule(cloud);
  await webhooks(cloud);
  await Promise.all([waits(cloud), manualRuns(cloud), cancel(cloud), children(cloud)]);
  await largeMap(cloud);
  await Promise.all([calls(cloud, outside), users(cloud, outside), stoppedMachine(cloud)]);
  await events(cloud);
  await awsNodes(cloud);
  await credentials(cloud);
  await wholeApi(cloud);
  await templates(cloud);
  await aiModels(cloud, bedrock);
  await stuckExecution(cloud, runbook);
  await lostFiring(cloud, runbook);
  await scheduleFires(cloud, clock);

  report.title('Upgrading');
  const [sleeper, caller] = await Promise.all([
    timerWorkflow(cloud, 25).then((workflow) => cloud.run(workflow, { kept: true })),
    callbackWorkflow(cloud).then((workflow) => cloud.run(workflow, { kept: true })),
  ]);
  const { wait } = await cloud.waiting(caller, 'callback');
  await cloud.waiting(sleeper, 'timer');
  await report.check('a version with other code and other settings is deployed over the first', async () => {
    const changed = await toolkit.synthesize('second', { ...SETTINGS, retentionDays: 31, logDays: 14 });
    changeCode(changed);
    const after = await toolkit.deploy(changed);
    insist(after.ApiUrl === outputs.ApiUrl, 'the API has moved');
  });
  await report.check('what was made before is still there, and the session still good', async () => {
    const { data } = await cloud.ask(200, 'GET', '/workflows?limit=100');
    insist(data.length > 5, `${data.length} workflows`);
  });
  await report.check('a callback made before the upgrade resumes after it', async () => {
    const { status } = await cloud.hook('POST', wait.resumeUrl, { body: { late: true } });
    insist(status < 300, `answered ${status}`);
    await cloud.ended(caller);
  });
  await report.check('a timer set before the upgrade fires after it', () => cloud.ended(sleeper));

  report.title('Taking grants away');
  await refusals(cloud);
  if (lost)
    await report.check('the sweeper has started what was accepted and not started', () =>
      cloud.ended(lost, 'completed', 150_000),
    );

  await killedFunction(cloud, outside, killed);

  report.title('Restoring');
  const kept = { clock: await publishSchedule(cloud), sleeper: await sleepOverRemoval(cloud) };
  await restoreTable(cloud, runbook);
  await cloud.ask(202, 'POST', `/executions/${kept.sleeper}/cancel`, {});

  report.title('Afterwards');
  await aftermath(cloud);
  await report.check('the application is removed; the table and what is in it stay', async () => {
    await toolkit.destroy(app);
    const rows = await cloud.aws.json(
      'dynamodb',
      'DynamoDB_20120810.Scan',
      { TableName: outputs.Table, Limit: 5 },
      '1.0',
    );
    insist(rows.Count === 5, `${rows.Count} rows`);
    const stacks = await cloud.aws.query('cloudformation', {
      Action: 'DescribeStacks',
      Version: '2010-05-15',
    });
    insist(stacks.includes(`<StackName>${STACK}-Data<`), 'the data stack is gone');
    insist(!stacks.includes(`<StackName>${STACK}<`), 'the application stack is still there');
    const { status } = await cloud.call('GET', '/health').catch(() => ({ status: 404 }));
    insist(status === 404 || status === 403, `the API still answers ${status}`);
  });
  const again = await report.check(
    'the application is deployed again, on the first table; workflows are there, and no admin can be made',
    async () => {
      const found = makeCloud({ place, outputs: await toolkit.deploy(app), report });
      await namingSchedulesAsTheEmulator(found.aws);
      insist(!/^[\w-]{24}$/.test(found.outputs.SetupToken), 'there is a set-up token');
      await found.signIn('admin', PASSWORD);
      const { data } = await found.ask(200, 'GET', '/workflows?limit=100');
      insist(data.length > 5, `${data.length} workflows`);
      return found;
    },
  );
  if (again) await goesOn(again, kept);
};

/** Whoever ends the drive ends what it has started. */
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, async () => {
    await stop();
    process.exit(1);
  });

try {
  await report.check('the drive comes to its end', drive);
} finally {
  await stop();
}
process.exit(report.close() ? 0 : 1);
