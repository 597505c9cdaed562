import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { NodeError, type NodeErrorData } from '../../../engine/errors.ts';
import { codeError, hostLimit, outOfTime } from '../../../engine/nodes/code/errors.ts';
import type { SandboxPort, SandboxProgram, SandboxReport } from '../../../engine/ports.ts';

/** Lambda takes and gives 6 MB in one call; JSON within JSON needs some of it for its quotes. */
const MAX_REQUEST_BYTES = 5_500_000;
const MAX_OUTPUT_CHARACTERS = 4_000_000;

export const openSandboxFunction = (name: string): SandboxPort => sandboxFunction(new LambdaClient(), name);

/** The sandbox in a function of its own, which may do nothing but run code. */
export const sandboxFunction = (client: LambdaClient, name: string): SandboxPort => ({
  run: async (program, signal) => {
    const outputBytes = Math.min(program.outputBytes, MAX_OUTPUT_CHARACTERS);
    const payload = Buffer.from(JSON.stringify({ ...program, outputBytes } satisfies SandboxProgram));
    if (payload.length > MAX_REQUEST_BYTES)
      return { lines: [], error: codeError('code.tooLarge', TOO_MUCH_GIVEN) };
    const command = new InvokeCommand({ FunctionName: name, Payload: payload });
    const answer = await client.send(command, { abortSignal: signal }).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new NodeError('code.unavailable', 'The sandbox cannot be reached.', { retryable: true, cause });
    });
    const text = Buffer.from(answer.Payload ?? []).toString();
    if (answer.FunctionError !== undefined) return { lines: [], error: failureOf(text, program) };
    return JSON.parse(text) as SandboxReport;
  },
});

const TOO_MUCH_GIVEN = `What the code is given is larger than the limit of ${MAX_REQUEST_BYTES} bytes.`;
const TOO_MUCH_RETURNED = `What the code returned is larger than the limit of ${MAX_REQUEST_BYTES} bytes.`;

/** What Lambda itself says when it has ended an invocation. */
const failureOf = (text: string, { milliseconds }: SandboxProgram): NodeErrorData => {
  if (/ResponseSizeTooLarge|exceeded maximum allowed payload/i.test(text))
    return codeError('code.tooLarge', TOO_MUCH_RETURNED);
  return /timed out/i.test(text) ? outOfTime(milliseconds) : hostLimit(text);
};
