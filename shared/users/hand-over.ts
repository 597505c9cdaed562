import { openCredential, sealCredential } from '../credentials/credential-data.ts';
import { openTokens, sealTokens } from '../credentials/token-life.ts';
import { AppError } from '../errors.ts';
import { everyPage } from '../every-page.ts';
import type { Platform } from '../platform.ts';
import type { CredentialRecord } from '../store/credentials.ts';
import type { VariableRecord } from '../store/variables.ts';
import { unlessGone } from '../unless.ts';
import { openVariable, sealVariable } from '../variables/secret-value.ts';

const PAGE = 100;

/**
 * Gives the credentials, global variables and tables of a user who goes to the one who gets their workflows, which could else not run.
 * What is sealed is sealed anew, as it is bound to its owner. Repeating it goes on where it stopped.
 */
export const handOver = async (platform: Platform, userId: string, successorId: string): Promise<void> => {
  for (const credential of await credentialsOf(platform, userId))
    await giveCredential(platform, credential, successorId).catch(async (thrown: unknown) => {
      // What cannot be read can be of no use to anybody.
      if (!isUnreadable(thrown)) throw thrown;
      await platform.stores.credentials.remove(credential.id).catch(unlessGone);
    });
  for (const variable of await globalsOf(platform, userId))
    await giveVariable(platform, variable, successorId);
  while (await platform.stores.userTables.giveSome(userId, successorId));
};

/** Removes the credentials and global variables of a user who goes without a successor. */
export const removeSecrets = async (platform: Platform, userId: string): Promise<void> => {
  const { credentials, oauthTokens, variables } = platform.stores;
  for (const { id } of await credentialsOf(platform, userId)) {
    await oauthTokens.remove(id);
    await credentials.remove(id).catch(unlessGone);
  }
  for (const { id } of await globalsOf(platform, userId)) await variables.remove(id).catch(unlessGone);
};

/** The variables of a workflow go with it. */
export const giveWorkflowVariables = async (
  platform: Platform,
  workflowId: string,
  successorId: string,
): Promise<void> => {
  const { variables } = platform.stores;
  const own = await everyPage((cursor) =>
    variables.listByWorkflow({ workflowId, limit: PAGE, caller: successorId, cursor }),
  );
  for (const variable of own) await giveVariable(platform, variable, successorId);
};

const credentialsOf = ({ stores }: Platform, createdBy: string) =>
  everyPage((cursor) =>
    stores.credentials.listByOwner({ createdBy, limit: PAGE, caller: createdBy, cursor }),
  );

const globalsOf = ({ stores }: Platform, createdBy: string) =>
  everyPage((cursor) =>
    stores.variables.listByScope({ createdBy, scope: 'global', limit: PAGE, caller: createdBy, cursor }),
  );

const giveCredential = async (
  platform: Platform,
  credential: CredentialRecord,
  createdBy: string,
): Promise<void> => {
  const { stores, vault } = platform;
  const given = { ...credential, createdBy };
  const data = await sealCredential(vault, given, await openCredential(vault, credential));
  // First: who begins again finds a credential by its owner.
  await giveTokens(platform, credential, given);
  await stores.credentials.update(credential.id, { createdBy, data });
};

/** Tokens that cannot be read were given before, or are of no use to anybody; the credential can be connected anew. */
const giveTokens = async (
  { stores, vault }: Platform,
  credential: CredentialRecord,
  given: CredentialRecord,
): Promise<void> => {
  const tokens = await stores.oauthTokens.get(credential.id);
  if (!tokens?.sealed) return;
  const secrets = await openTokens(vault, credential, tokens.sealed).catch((thrown: unknown) => {
    if (!isUnreadable(thrown)) throw thrown;
    return null;
  });
  if (secrets)
    await stores.oauthTokens.put(credential.id, {
      ...tokens,
      sealed: await sealTokens(vault, given, secrets),
    });
};

const isUnreadable = (thrown: unknown): boolean =>
  thrown instanceof AppError && thrown.code === 'credential.unreadable';

/** Where the successor has a variable of that name, theirs stands. */
const giveVariable = async (
  { stores, vault }: Platform,
  variable: VariableRecord,
  createdBy: string,
): Promise<void> => {
  const { id, isSecret } = variable;
  const value = isSecret
    ? await sealVariable(vault, { id, createdBy }, await openVariable(vault, variable))
    : variable.value;
  try {
    await stores.variables.update(id, { createdBy, value });
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'resource.duplicate') throw thrown;
    await stores.variables.remove(id).catch(unlessGone);
  }
};
