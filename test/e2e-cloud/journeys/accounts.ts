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
  await report.check(
    'an API key may do what its scopes say, is rotated, and works until it is removed',
    async () => {
      const made = await ask(201, 'POST', '/api-keys', { name: 'drive', scopes: ['workflow:read'] });
      const answers = async (key: string, path = 'workflows') =>
        (
          await cloud.hook('GET', `${outputs.ApiUrl}/api/v1/${path}`, {
            headers: { 'x-api-key': cloud.plant(key) },
          })
        ).status;
      const scopes = [await answers(made.key), await answers(made.key, 'users')];
      insist(scopes.join() === '200,403', `workflows and users were answered ${scopes}`);
      const rotated = await ask(200, 'POST', `/api-keys/${made.id}/rotate`, {});
      const keys = [await answers(made.key), await answers(rotated.key)];
      insist(keys.join() === '401,200', `the old and the new key were answered ${keys}`);
      await ask(204, 'DELETE', `/api-keys/${made.id}`);
      insist((await answers(rotated.key)) === 401, 'it works after its removal');
    },
  );
};
