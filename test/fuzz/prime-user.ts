import { chain, manual, set, webhook } from '../functions/definitions.ts';
import type { Outside } from './outside.ts';
import { callerOf, type Primed, type PrimingCaller, type Sample } from './prime.ts';

const schedule = {
  id: 'clock',
  name: 'Clock',
  type: 'trigger.schedule',
  parameters: { cron: '0 9 1 1 *', timezone: 'Europe/Lisbon' },
};
const stop = { id: 'stop', name: 'Stop', type: 'flow.stop', parameters: { message: 'On purpose' } };
const wait = { id: 'wait', name: 'Wait', type: 'flow.wait', parameters: { kind: 'callback' } };
const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const everyVerb = (path: string) => ({
  ...webhook(),
  parameters: { path, method: VERBS, respond: 'lastNode' },
});

/** One of everything people have. */
export const primeAsUser = async (
  base: string,
  headers: Readonly<Record<string, string>>,
  outside: Outside,
): Promise<Primed> => {
  const caller = callerOf(base, headers);
  const { id, url } = await published(caller, 'Fuzzed', withTriggers());
  const samples = [
    ...(await ofWorkflow(caller, id)),
    ...(await ofTriggers(caller, id, url)),
    ...(await ofExecutions(caller)),
    ...(await ofCredentials(caller, outside)),
    ...(await ofSuggestions(caller)),
  ];
  return { texts: caller.texts, samples };
};

const withTriggers = () => {
  const definition = chain(manual, set({ a: '{{ $json.a }}' }));
  definition.nodes.push(webhook(), schedule);
  return definition;
};

const published = async ({ make }: PrimingCaller, name: string, definition: object) => {
  const { id } = await make('/workflows', { name, definition });
  const { webhooks } = await make(`/workflows/${id}/publish`);
  return { id: String(id), url: String(webhooks[0]?.url) };
};

const lastSegment = (url: string): string => url.split('/').at(-1) ?? '';
const unique = (name: string): string => `${name}${Math.floor(performance.now() * 1_000)}`;

const ofWorkflow = async ({ make }: PrimingCaller, workflowId: string): Promise<Sample[]> => {
  await make(`/workflows/${workflowId}/run?wait=2`);
  const variable = await make('/variables', { name: unique('v'), value: 'x' });
  const path = { workflowId };
  return [
    { operation: 'saveWorkflow', path, body: { definition: withTriggers() } },
    { operation: 'updateWorkflow', path, body: { description: 'Changed' } },
    { operation: 'publishWorkflow', path },
    { operation: 'testWorkflow', path, body: {} },
    { operation: 'runWorkflow', path, query: { wait: '1' }, body: {} },
    { operation: 'duplicateWorkflow', path, body: {} },
    { operation: 'restoreVersion', path: { workflowId, version: '1' }, body: {} },
    { operation: 'getVersion', path: { workflowId, version: '1' } },
    { operation: 'diffVersions', path: { workflowId, version: '1', other: '1' } },
    {
      operation: 'importWorkflow',
      body: {
        package: {
          format: 'stepwell.workflow',
          formatVersion: 1,
          name: 'Imported',
          definition: chain(manual),
        },
      },
    },
    { operation: 'createTemplate', body: { workflowId } },
    { operation: 'createVariable', body: { name: unique('w'), value: 'x' } },
    { operation: 'updateVariable', path: { variableId: variable.id }, body: { value: 'y' } },
    { operation: 'putEvents', body: { source: 'fuzz', detailType: 'tried', detail: { a: 1 } } },
  ];
};

const ofTriggers = async (caller: PrimingCaller, workflowId: string, url: string): Promise<Sample[]> => {
  const { make, read, send } = caller;
  const clock = await make('/schedules', { workflowId, nodeId: 'clock', cronExpression: '30 2 * * 0' });
  const further = await make('/webhooks', { workflowId, nodeId: 'hook', name: 'Further' });
  const listener = await make(`/workflows/${workflowId}/test-webhook`);
  await send(url, 'image/png', 'no picture');
  const [delivery] = (await read(`/executions?workflowId=${workflowId}`)).data;
  const log = JSON.stringify(await read(`/executions/${delivery.id}/logs`));
  const hook = (await read(`/webhooks?workflowId=${workflowId}`)).data.find(
    ({ madeBy }: { madeBy: string }) => madeBy === 'node',
  );
  const plain = await published(caller, 'Verbs', chain(everyVerb('')));
  const deep = await published(caller, 'Verbs with a path', chain(everyVerb(':id')));
  const webhookId: string = further.id;
  const scheduleId: string = clock.id;
  return [
    { operation: 'listenForWebhook', path: { workflowId }, body: {} },
    { operation: 'getCapturedWebhook', path: { workflowId, listenerId: listener.id } },
    { operation: 'createWebhook', body: { workflowId, nodeId: 'hook' } },
    { operation: 'updateWebhook', path: { webhookId }, body: { name: 'Renamed' } },
    { operation: 'rotateWebhook', path: { webhookId } },
    { operation: 'deleteWebhook', path: { webhookId } },
    { operation: 'replayWebhookDelivery', path: { webhookId: hook.id, deliveryId: delivery.id } },
    { operation: 'readExecutionFile', path: { executionId: delivery.id, fileId: fileIn(log) } },
    { operation: 'createSchedule', body: { workflowId, nodeId: 'clock', cronExpression: '0 8 * * 1' } },
    { operation: 'previewSchedule', body: { cronExpression: '*/5 * * * MON-FRI' } },
    { operation: 'updateSchedule', path: { scheduleId }, body: { cronExpression: '1 1 * * *' } },
    { operation: 'pauseSchedule', path: { scheduleId } },
    { operation: 'resumeSchedule', path: { scheduleId } },
    ...['Get', 'Post', 'Put', 'Patch', 'Delete', 'Options'].flatMap((verb): Sample[] => [
      { operation: `callHook${verb}`, path: { hookId: lastSegment(plain.url) } },
      {
        operation: `callHookPath${verb}`,
        path: { hookId: lastSegment(deep.url.replace('/:id', '')), rest: '7' },
      },
    ]),
  ];
};

const fileIn = (log: string): string => /\/files\/([\w-]+)/.exec(log)?.[1] ?? 'none';

/** One that has failed, two that wait, and a caller who is told to come back. */
const ofExecutions = async (caller: PrimingCaller): Promise<Sample[]> => {
  const { make, read, send } = caller;
  const failing = await published(caller, 'Fails', chain(manual, stop));
  const { id: failed } = await make(`/workflows/${failing.id}/run?wait=5`);
  const waiting = await published(caller, 'Waits', chain(webhook(), wait));
  const told = await send(waiting.url, 'application/json', '{}');
  await send(waiting.url, 'application/json', '{}');
  const [one, other] = (await read(`/executions?workflowId=${waiting.id}`)).data;
  const links = await Promise.all(
    [one, other].map(async ({ id }) => lastSegment((await read(`/executions/${id}`)).wait.resumeUrl)),
  );
  const [token = '', second = ''] = links;
  return [
    { operation: 'explainExecution', body: { executionId: failed } },
    { operation: 'previewRetry', path: { executionId: failed }, body: {} },
    { operation: 'retryExecution', path: { executionId: failed }, body: {} },
    { operation: 'bulkExecutions', body: { action: 'cancel', filter: { workflowId: waiting.id } } },
    { operation: 'cancelExecution', path: { executionId: one.id } },
    { operation: 'resumeExecution', path: { executionId: other.id }, body: { data: { a: 1 } } },
    { operation: 'releaseExecution', path: { executionId: one.id } },
    { operation: 'failOpenExecution', path: { executionId: one.id }, body: { reason: 'Fuzzed' } },
    { operation: 'showQuestion', path: { token } },
    { operation: 'answerQuestion', path: { token }, body: {} },
    { operation: 'answerQuestionPut', path: { token: second }, body: {} },
    { operation: 'readResult', path: { token: lastSegment(told.resultUrl) } },
  ];
};

const ofCredentials = async ({ make }: PrimingCaller, { host, origin }: Outside): Promise<Sample[]> => {
  const bearer = { name: 'A', type: 'bearer', data: { token: 'x' }, allowedHosts: [host] };
  const { id: credentialId } = await make('/credentials', bearer);
  const oauth = await make('/credentials', {
    name: 'B',
    type: 'oauth2AuthorizationCode',
    data: {
      authorizationUrl: `${origin}/authorize`,
      tokenUrl: `${origin}/token`,
      clientId: 'client',
    },
  });
  const begun = await make(`/credentials/${oauth.id}/oauth/start`);
  const state = new URL(begun.authorizationUrl).searchParams.get('state') ?? '';
  return [
    { operation: 'createCredential', body: bearer },
    { operation: 'updateCredential', path: { credentialId }, body: { name: 'Renamed' } },
    { operation: 'testCredential', path: { credentialId }, body: { url: `${origin}/me` } },
    { operation: 'listCredentialUsage', path: { credentialId } },
    { operation: 'startOAuth', path: { credentialId: oauth.id } },
    { operation: 'finishOAuth', query: { state, code: 'code' } },
  ];
};

const ofSuggestions = async ({ make }: PrimingCaller): Promise<Sample[]> => {
  const { id: suggestionId } = await make('/ai/suggestions?wait=2', {
    prompt: 'When a form is sent, post its fields to Slack',
  });
  return [
    { operation: 'applySuggestion', path: { suggestionId }, body: {} },
    { operation: 'rateSuggestion', path: { suggestionId }, body: { feedback: 'positive' } },
  ];
};
