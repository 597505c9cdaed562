import { type Cloud, PASSWORD } from '../cloud.ts';
import { insist } from '../report.ts';

/** First: nothing can be done before there is an admin. */
export const accounts = async (cloud: Cloud): Promise<void> => {
  const { report, ask, call, outputs } = cloud;
  const account = { username: 'admin', email: 'admin@example.com', password: cloud.plant(PASSWORD) };
  await report.check('the API says that it is well, and shows its documentation', async () => {
    const health = await ask(200, 'GET', '/health');
    insist(health.status === 'ok', 'it is not well');
    const document = await ask(200, 'GET', '/openapi.json');
    insist(document.openapi.startsWith('3.1'), 'no OpenAPI document');
  });
  await report.check('a wrong set-up token makes no admin', () =>
    ask(401, 'POST', '/setup', { ...account, token: 'a guess' }),
  );
  await report.check('the token that the deployment printed makes the first admin', async () => {
    const user = await ask(201, 'POST', '/setup', { ...account, token: outputs.SetupToken });
    insist(user.role === 'admin', `the first user is ${user.role}`);
  });
  await report.check('it makes no second one', () =>
    ask(409, 'POST', '/setup', {
      ...account,
      username: 'second',
      email: 'b@example.com',
      token: outputs.SetupToken,
    }),
  );
  await report.check('the admin signs in, with a token that KMS has signed', async () => {
    await cloud.signIn(account.username, account.password);
    const me = await ask(200, 'GET', '/me');
    insist(me.username === 'admin', 'somebody else');
  });
  await report.check('without a token, or with one of no worth, nothing is shown', async () => {
    const headers = { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' };
    const { status } = await call('GET', '/me', { headers });
    insist(status === 401, `answered ${status}`);
  });
  await report.check('a path that is none is a problem like any other', async () => {
    const { status, body } = await call('GET', '/nothing/here');
    insist(status === 404 && body.code === 'route.notFound', `answered ${status} ${JSON.stringify(body)}`);
  });
  await report.check('an API key works until it is removed', async () => {
    const key = await ask(201, 'POST', '/api-keys', { name: 'drive', scopes: ['workflow:read'] });
    const headers = { 'x-api-key': cloud.plant(key.key) };
    const list = () => cloud.hook('GET', `${outputs.ApiUrl}/api/v1/workflows`, { headers });
    const before = await list();
    insist(before.status === 200, `answered ${before.status} with a key`);
    await ask(204, 'DELETE', `/api-keys/${key.id}`);
    const after = await list();
    insist(after.status === 401, `answered ${after.status} with a removed key`);
  });
};
