import { beforeEach, describe, expect, it } from 'vitest';
import { openCredential, sealCredential } from '../../../shared/credentials/credential-data.ts';
import { openTokens, sealTokens } from '../../../shared/credentials/token-life.ts';
import { newId } from '../../../shared/ids.ts';
import { handOver } from '../../../shared/users/hand-over.ts';
import { aWorkbench, silentHttp, type Workbench } from '../../functions/workbench.ts';

let bench: Workbench;
let owner: string;
let heir: string;
let credentialId: string;
beforeEach(async () => {
  bench = await aWorkbench(silentHttp);
  owner = bench.people.owner.id;
  heir = bench.people.stranger.id;
  credentialId = newId('cred');
  const { stores, vault } = bench.platform;
  const about = { name: 'API', type: 'oauth2AuthorizationCode', allowedHosts: [], createdBy: owner };
  const data = await sealCredential(vault, { id: credentialId, createdBy: owner }, { clientId: 'c' });
  const credential = await stores.credentials.create({ ...about, data }, credentialId);
  await stores.oauthTokens.put(credentialId, {
    sealed: await sealTokens(vault, credential, { accessToken: 'a', refreshToken: 'r' }),
    fingerprint: 'f',
    validUntil: null,
    renewAt: null,
    problem: null,
  });
});

/** The same platform, of which one write fails. */
const failing = (store: 'credentials' | 'oauthTokens', write: 'update' | 'put') => {
  const { stores } = bench.platform;
  const broken = { ...stores[store], [write]: () => Promise.reject(new Error('cut off')) };
  return { ...bench.platform, stores: { ...stores, [store]: broken } };
};

const inherited = async () => {
  const { stores, vault } = bench.platform;
  const credential = await stores.credentials.get(credentialId);
  if (credential?.createdBy !== heir) return null;
  const tokens = await stores.oauthTokens.get(credentialId);
  return {
    data: await openCredential(vault, credential),
    tokens: tokens?.sealed ? await openTokens(vault, credential, tokens.sealed) : null,
  };
};
const ALL = { data: { clientId: 'c' }, tokens: { accessToken: 'a', refreshToken: 'r' } };

describe('what goes to a successor', () => {
  it('is theirs with what was granted to it', async () => {
    await handOver(bench.platform, owner, heir);
    expect(await inherited()).toEqual(ALL);
  });

  it.each([
    ['credentials', 'update'],
    ['oauthTokens', 'put'],
  ] as const)('is whole also when it was cut off at %s.%s and repeated', async (store, write) => {
    await expect(handOver(failing(store, write), owner, heir)).rejects.toThrow('cut off');
    await handOver(bench.platform, owner, heir);
    expect(await inherited()).toEqual(ALL);
  });

  it('is a credential also where nobody can read what was granted to it', async () => {
    const { oauthTokens } = bench.platform.stores;
    const tokens = await oauthTokens.get(credentialId);
    if (tokens) await oauthTokens.put(credentialId, { ...tokens, sealed: 'broken' });
    await handOver(bench.platform, owner, heir);
    expect((await bench.platform.stores.credentials.get(credentialId))?.createdBy).toBe(heir);
  });
});
