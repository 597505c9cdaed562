import { type Cloud, definitionOf, MANUAL, type Sketch, type Workflow } from '../cloud.ts';
import { OUTSIDE_HOST, type Outside } from '../outside.ts';
import { eventually, insist } from '../report.ts';

const clock = (cron: string) => ({ id: 'clock', type: 'trigger.schedule', parameters: { cron } });
const hook = { id: 'hook', type: 'trigger.webhook', parameters: { method: 'POST' } };
const hour = { amount: 1, unit: 'hours' };
const hours = { id: 'wait', type: 'flow.wait', parameters: { kind: 'duration', duration: hour } };

/** Others than the admin: what ends with them, and what does not. */
export const users = async (cloud: Cloud, outside: Outside): Promise<void> => {
  const { report, ask, call, outputs } = cloud;

  /** A user, and how they call the API. */
  const comes = async (username: string) => {
    const password = cloud.plant(`a pass phrase of ${username}`);
    const account = { username, email: `${username}@example.com`, password };
    const { id } = await ask(201, 'POST', '/users', account);
    const logIn = () => call('POST', '/auth/login', { body: { username, password } });
    const { accessToken, refreshToken } = (await logIn()).body;
    for (const token of [accessToken, refreshToken]) cloud.plant(token);
    const as = (method: string, path: string, body?: unknown) =>
      call(method, path, {
        headers: { authorization: `Bearer ${accessToken}` },
        ...(body === undefined ? {} : { body }),
      });
    const publishes = async (sketch: Sketch): Promise<Workflow> => {
      const definition = definitionOf(sketch);
      const made = await as('POST', '/workflows', { name: `Of ${username}`, definition });
      const published = await as('POST', `/workflows/${made.body.id}/publish`, {});
      insist(published.status === 200, JSON.stringify(published.body));
      return { id: made.body.id, hooks: published.body.webhooks.map(({ url }: { url: string }) => url) };
    };
    return { id, as, logIn, refreshToken, publishes };
  };

  await report.check('a user is deactivated: sessions, keys and triggers end at once', async () => {
    const leaver = await comes('leaver');
    const workflow = await leaver.publishes({ nodes: [hook, clock('0 4 * * *')] });
    const created = await leaver.as('POST', '/api-keys', { name: 'theirs', scopes: ['workflow:read'] });
    const headers = { 'x-api-key': cloud.plant(created.body.key) };
    const tries = async () => ({
      session: (await leaver.as('GET', '/me')).status,
      key: (await cloud.hook('GET', `${outputs.ApiUrl}/api/v1/workflows`, { headers })).status,
      hook: (await cloud.hook('POST', workflow.hooks[0] ?? '', { body: {} })).status,
    });
    const before = JSON.stringify(await tries());
    insist(before === '{"session":200,"key":200,"hook":202}', `before: ${before}`);
    await ask(200, 'PATCH', `/users/${leaver.id}`, { isActive: false });
    const after = JSON.stringify(await tries());
    insist(after === '{"session":401,"key":401,"hook":404}', `after: ${after}`);
    const again = [
      (await leaver.logIn()).status,
      (await call('POST', '/auth/refresh', { body: { refreshToken: leaver.refreshToken } })).status,
    ];
    insist(again.join() === '401,401', `signing in and refreshing were answered ${again}`);
    const [schedule] = (await ask(200, 'GET', `/schedules?workflowId=${workflow.id}`)).data;
    insist(schedule.isActive === false && schedule.inLine === true, JSON.stringify(schedule));
    await ask(200, 'PATCH', `/users/${leaver.id}`, { isActive: true });
    insist((await leaver.logIn()).status === 200, 'they are active again and cannot sign in');
    insist((await leaver.as('GET', '/me')).status === 401, 'an ended session has come back');
  });
  await report.check('a user goes; their successor runs their workflow, with its credential', async () => {
    const going = await comes('going');
    const me = await ask(200, 'GET', '/me');
    const token = cloud.plant('a-token-of-who-goes');
    const credential = await going.as('POST', '/credentials', {
      name: 'Outside',
      type: 'bearer',
      data: { token },
      allowedHosts: [OUTSIDE_HOST],
    });
    const call = {
      id: 'call',
      type: 'http.request',
      parameters: { url: `http://${OUTSIDE_HOST}/inherited` },
      credentialId: credential.body.id,
    };
    const workflow = await going.publishes({ nodes: [MANUAL, call], edges: ['start>call'] });
    const { status, body } = await cloud.call('DELETE', `/users/${going.id}?successorId=${me.id}`);
    insist(status < 300, `answered ${status} ${JSON.stringify(body)}`);
    await ask(404, 'GET', `/users/${going.id}`);
    const { ownerId } = await cloud.ended(await cloud.run(workflow));
    insist(ownerId === me.id, `it ran for ${ownerId}`);
    const [request] = outside.asked('/inherited');
    insist(request?.headers.authorization === `Bearer ${token}`, JSON.stringify(request));
  });
  await report.check('a user is removed with all that is theirs: what waits is stopped first', async () => {
    const passing = await comes('passing');
    const workflow = await passing.publishes({ nodes: [MANUAL, hours], edges: ['start>wait'] });
    const started = await passing.as('POST', `/workflows/${workflow.id}/run`, { items: [{ json: {} }] });
    await cloud.waiting(started.body.id, 'timer');
    const refused = await call('DELETE', `/users/${passing.id}`);
    insist(refused.status === 409, `removed without a word about the rest: ${refused.status}`);
    const { status, body } = await call('DELETE', `/users/${passing.id}?removeAll=true`);
    insist(status < 300, `answered ${status} ${JSON.stringify(body)}`);
    await ask(404, 'GET', `/users/${passing.id}`);
    await ask(404, 'GET', `/workflows/${workflow.id}`);
    // The request asks the execution to stop; the sweep, which comes every minute, removes what it has left.
    await eventually(async () => (await call('GET', `/executions/${started.body.id}`)).status === 404, {
      within: 150_000,
      every: 2_000,
      what: 'The end of the removal',
    });
  });
};
