import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import type { SandboxProgram } from '../../../engine/ports.ts';
import { sandboxFunction } from '../../../shared/adapters/aws/sandbox-function.ts';

const program: SandboxProgram = {
  source: 'return $items',
  mode: 'all',
  input: '{"items":[]}',
  now: 0,
  seed: 1,
  milliseconds: 2_000,
  memoryMebibytes: 64,
  outputBytes: 16 * 1024 * 1024,
};

const aSandbox = () => {
  const lambda = mockClient(LambdaClient);
  const sandbox = sandboxFunction(lambda as unknown as LambdaClient, 'stepwell-sandbox');
  const run = (changes: Partial<SandboxProgram> = {}, signal = new AbortController().signal) =>
    sandbox.run({ ...program, ...changes }, signal);
  return { lambda, run };
};

const payload = (value: unknown) => Buffer.from(JSON.stringify(value)) as never;

describe('the sandbox on AWS', () => {
  it('is a function that is told the program, with an answer that Lambda can carry', async () => {
    const { lambda, run } = aSandbox();
    const report = { lines: [{ level: 'info', text: 'hi' }], output: '{"items":[]}' };
    lambda.on(InvokeCommand).resolves({ Payload: payload(report) });

    expect(await run()).toEqual(report);

    const sent = lambda.commandCalls(InvokeCommand)[0]?.args[0].input;
    expect(sent?.FunctionName).toBe('stepwell-sandbox');
    expect(JSON.parse(Buffer.from(sent?.Payload as Uint8Array).toString())).toEqual({
      ...program,
      outputBytes: 4_000_000,
    });
  });

  it('is not asked for what is too large for it', async () => {
    const { lambda, run } = aSandbox();
    const report = await run({ input: 'x'.repeat(6_000_000) });
    expect(report).toMatchObject({ error: { code: 'code.tooLarge' } });
    expect(lambda.commandCalls(InvokeCommand)).toEqual([]);
  });

  it.each([
    ['2026-01-05T09:00:00Z 1b2c Task timed out after 75.00 seconds', 'code.timeout'],
    ['RequestId: 1b2c Error: Runtime exited with error: signal: killed', 'code.memory'],
    ['Response payload size exceeded maximum allowed payload size (6291556 bytes).', 'code.tooLarge'],
  ])('that ended with "%s" fails as %s', async (errorMessage, code) => {
    const { lambda, run } = aSandbox();
    lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', Payload: payload({ errorMessage }) });
    expect(await run()).toMatchObject({ error: { code, retryable: false } });
  });

  it('that cannot be reached may be tried again', async () => {
    const { lambda, run } = aSandbox();
    lambda.on(InvokeCommand).rejects(new Error('TooManyRequestsException'));
    await expect(run()).rejects.toMatchObject({ code: 'code.unavailable', retryable: true });
  });

  it('that is not waited for any more throws the reason', async () => {
    const { lambda, run } = aSandbox();
    const controller = new AbortController();
    lambda.on(InvokeCommand).callsFake(() => {
      controller.abort(new Error('cancelled'));
      throw new Error('aborted');
    });
    await expect(run({}, controller.signal)).rejects.toThrow('cancelled');
  });
});
