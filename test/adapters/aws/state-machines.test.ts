import { SFNClient, StartExecutionCommand, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { stateMachines } from '../../../shared/adapters/aws/state-machines.ts';
import type { Answer } from '../../../shared/executions/answer.ts';
import { anExecution } from '../../store/store-builders.ts';
import { awsError } from './aws-error.ts';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:Express';
const sfn = mockClient(SFNClient);
let logged: object[];
let answers: Map<string, Answer>;
beforeEach(() => {
  sfn.reset();
  logged = [];
  answers = new Map();
});

const orchestrator = (now = () => 0) =>
  stateMachines({
    client: new SFNClient({ region: 'eu-west-1' }),
    machine: () => MACHINE,
    readAnswer: async (executionId) => answers.get(executionId) ?? null,
    now,
    log: (entry) => logged.push(entry),
  });

describe('waking an execution', () => {
  it('starts the Express machine with its id and nothing else', async () => {
    sfn.on(StartExecutionCommand).resolves({});

    await orchestrator().poke('exec_1');

    expect(sfn.commandCalls(StartExecutionCommand).map((call) => call.args[0].input)).toEqual([
      { stateMachineArn: MACHINE, input: '{"executionId":"exec_1"}' },
    ]);
  });

  it.each(['ThrottlingException', 'ServiceUnavailable', 'ECONNRESET'])(
    'is not the worry of the one who asked when %s: the sweep finds what is open',
    async (name) => {
      sfn.on(StartExecutionCommand).rejects(awsError(name));

      await orchestrator().poke('exec_1');

      expect(logged).toMatchObject([{ level: 'error', executionId: 'exec_1' }]);
    },
  );

  it.each(['AccessDeniedException', 'StateMachineDoesNotExist', 'InvalidExecutionInput'])(
    'says when the deployment is wrong: %s',
    async (name) => {
      sfn.on(StartExecutionCommand).rejects(awsError(name));

      await expect(orchestrator().poke('exec_1')).rejects.toMatchObject({ name });
    },
  );
});

describe('waking many executions', () => {
  it('gives the Express machine their ids, to be woken by one Distributed Map', async () => {
    sfn.on(StartExecutionCommand).resolves({});

    await orchestrator().pokeMany(['exec_1', 'exec_2']);

    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input.input).toBe(
      '{"wake":["exec_1","exec_2"]}',
    );
  });

  it('that are 5,000 stays within the 256 KiB of a machine', async () => {
    sfn.on(StartExecutionCommand).resolves({});

    await orchestrator().pokeMany(Array.from({ length: 5_000 }, () => `exec_${'0'.repeat(26)}`));

    const [call] = sfn.commandCalls(StartExecutionCommand);
    expect(Buffer.byteLength(call?.args[0].input.input ?? '')).toBeLessThan(200 * 1024);
  });
});

describe('running an execution with a caller waiting', () => {
  it('starts the Express machine synchronously and says until when an answer is of use', async () => {
    sfn.on(StartSyncExecutionCommand).resolves({ status: 'SUCCEEDED' });

    await orchestrator().run('exec_1', 25_000);

    expect(sfn.commandCalls(StartSyncExecutionCommand).map((call) => call.args[0].input)).toEqual([
      { stateMachineArn: MACHINE, input: '{"executionId":"exec_1","answerBy":25000}' },
    ]);
    expect(logged).toEqual([]);
  });

  it('starts it without anybody waiting when the synchronous start is refused', async () => {
    sfn.on(StartSyncExecutionCommand).rejects(awsError('ThrottlingException'));
    sfn.on(StartExecutionCommand).resolves({});

    await orchestrator().run('exec_1', 25_000);

    expect(sfn.commandCalls(StartExecutionCommand)).toHaveLength(1);
  });

  it('lets go when the time is up, and starts nothing a second time', async () => {
    sfn
      .on(StartSyncExecutionCommand)
      .callsFake(() => new Promise((_, reject) => setTimeout(() => reject(awsError('AbortError')), 20)));

    await orchestrator(() => 100).run('exec_1', 100);

    expect(sfn.commandCalls(StartExecutionCommand)).toEqual([]);
    expect(logged).toEqual([]);
  });

  it('logs a machine that failed, and leaves it to the caller to read the journal', async () => {
    sfn.on(StartSyncExecutionCommand).resolves({ status: 'FAILED', error: 'States.Runtime' });

    await orchestrator().run('exec_1', 25_000);

    expect(logged).toMatchObject([{ level: 'error', executionId: 'exec_1', error: 'States.Runtime' }]);
  });
});

describe('running an execution that nobody has accepted', () => {
  const execution = { ...anExecution(), id: 'exec_1' };

  it('gives it to the Express machine whole, and answers what the journal then says', async () => {
    sfn.on(StartSyncExecutionCommand).resolves({ status: 'SUCCEEDED' });
    answers.set('exec_1', { kind: 'completed', output: [{ json: { a: 1 } }] });

    expect(await orchestrator().begin(execution, 25_000)).toEqual(answers.get('exec_1'));

    const [call] = sfn.commandCalls(StartSyncExecutionCommand);
    expect(JSON.parse(call?.args[0].input.input ?? '')).toEqual({
      executionId: 'exec_1',
      answerBy: 25_000,
      execution,
    });
  });

  it('leaves it to be accepted when it is larger than a machine may be given', async () => {
    const items = [{ json: { text: 'é'.repeat(110_000) } }];

    expect(await orchestrator().begin({ ...execution, items }, 25_000)).toBeNull();
    expect(sfn.calls()).toEqual([]);
  });

  it.each([
    ['was refused', 'ThrottlingException', 0],
    ['is not heard of in time', 'AbortError', 25_000],
  ])('leaves it to be accepted when the start %s: accepting makes sure', async (_, name, now) => {
    sfn
      .on(StartSyncExecutionCommand)
      .callsFake(() => new Promise((_, reject) => setTimeout(() => reject(awsError(name)), 20)));
    answers.set('exec_1', { kind: 'unfinished' });

    expect(await orchestrator(() => now).begin(execution, 25_000)).toBeNull();
    expect(sfn.commandCalls(StartExecutionCommand)).toEqual([]);
  });

  it('is not accepted by a machine that failed before it stored anything', async () => {
    sfn.on(StartSyncExecutionCommand).resolves({ status: 'FAILED' });

    expect(await orchestrator().begin(execution, 25_000)).toBeNull();
  });
});
