import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Suggester } from '../../suggestions/suggester.ts';
import { ask } from './refusal.ts';

export const openSuggesterFunction = (name: string): Suggester => suggesterFunction(new LambdaClient(), name);

/** A function of its own, as no request lasts as long as a model may take. Lambda keeps what it accepts and tries twice more. */
export const suggesterFunction = (client: LambdaClient, FunctionName: string): Suggester => ({
  begin: async (suggestionId) => {
    const Payload = Buffer.from(JSON.stringify({ suggestionId }));
    await ask('Lambda', () =>
      client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload })),
    );
  },
});
