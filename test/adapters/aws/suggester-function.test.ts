import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { suggesterFunction } from '../../../shared/adapters/aws/suggester-function.ts';
import { awsError } from './aws-error.ts';

const lambda = mockClient(LambdaClient);
beforeEach(() => lambda.reset());
const suggester = suggesterFunction(new LambdaClient({ region: 'eu-west-1' }), 'suggester');

it('hands a suggestion over and does not wait', async () => {
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
  await suggester.begin('sug_1');
  expect(lambda.calls()[0]?.args[0].input).toEqual({
    FunctionName: 'suggester',
    InvocationType: 'Event',
    Payload: Buffer.from('{"suggestionId":"sug_1"}'),
  });
});

it.each([
  ['TooManyRequestsException', 429, { code: 'service.unavailable' }],
  ['AccessDeniedException', 403, { name: 'AccessDeniedException' }],
])('says that %s stood in the way', async (name, status, expected) => {
  lambda.on(InvokeCommand).rejects(awsError(name, status));
  await expect(suggester.begin('sug_1')).rejects.toMatchObject(expected);
});
