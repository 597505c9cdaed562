import { isDeepStrictEqual } from 'node:util';
import { credentialTypes } from '../../engine/credentials/registry.ts';
import type { CredentialData } from '../../engine/ports.ts';
import { updateCredential } from '../../shared/contracts/credentials.ts';
import { ownCredential } from '../../shared/credentials/access.ts';
import { checkData, defaultHosts } from '../../shared/credentials/check-data.ts';
import { openCredential, sealCredential } from '../../shared/credentials/credential-data.ts';
import { detailOf } from '../../shared/credentials/detail.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import type { CredentialRecord } from '../../shared/store/credentials.ts';

export const update = defineHandler(updateCredential, async ({ params, body, caller, platform, ifMatch }) => {
  const before = await ownCredential({ caller, platform }, params.credentialId);
  const old = await openCredential(platform.vault, before);
  const data = body.data === undefined ? old : checkData(before.type, merged(old, body.data));
  const credential = await platform.stores.credentials.update(
    before.id,
    {
      ...(body.name === undefined ? {} : { name: body.name }),
      allowedHosts: body.allowedHosts ?? hostsAfter(before, old, data),
      ...(body.data === undefined ? {} : { data: await sealCredential(platform.vault, before, data) }),
    },
    // Merged into what was read, so it must be what is there.
    ifMatch ?? before.revision,
  );
  return { body: await detailOf(platform, credential, data), etag: credential.revision };
});

const merged = (
  old: CredentialData,
  changes: Readonly<Record<string, string | number | boolean | null>>,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries({ ...old, ...changes }).filter(([, value]) => value !== null));

/** Hosts that came from the data go with the data; those that somebody named stay. */
const hostsAfter = (
  { type, allowedHosts }: CredentialRecord,
  old: CredentialData,
  data: CredentialData,
): readonly string[] =>
  isDeepStrictEqual(allowedHosts, credentialTypes.get(type)?.hosts(old))
    ? defaultHosts(type, data)
    : allowedHosts;
