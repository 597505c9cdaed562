import { testCredential } from '../../shared/contracts/credentials.ts';
import { ownCredential } from '../../shared/credentials/access.ts';
import { openCredential } from '../../shared/credentials/credential-data.ts';
import { probe } from '../../shared/credentials/probe.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const test = defineHandler(testCredential, async ({ params, body, caller, platform }) => {
  const credential = await ownCredential({ caller, platform }, params.credentialId);
  const data = await openCredential(platform.vault, credential);
  const startedAt = platform.clock.now();
  const verdict = await probe(platform, credential, data, body.url);
  return { body: { ...verdict, milliseconds: platform.clock.now() - startedAt } };
});
