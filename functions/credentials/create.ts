import { createCredential } from '../../shared/contracts/credentials.ts';
import { checkData, defaultHosts } from '../../shared/credentials/check-data.ts';
import { sealCredential } from '../../shared/credentials/credential-data.ts';
import { detailOf } from '../../shared/credentials/detail.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { newId } from '../../shared/ids.ts';

export const create = defineHandler(createCredential, async ({ body, caller, platform }) => {
  const { name, type } = body;
  const data = checkData(type, body.data);
  const allowedHosts = body.allowedHosts ?? defaultHosts(type, data);
  const owned = { id: newId('cred'), createdBy: caller.userId };
  const credential = await platform.stores.credentials.create(
    {
      name,
      type,
      allowedHosts,
      createdBy: owned.createdBy,
      data: await sealCredential(platform.vault, owned, data),
    },
    owned.id,
  );
  return { body: await detailOf(platform, credential, data), etag: credential.revision };
});
