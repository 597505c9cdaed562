import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreConnection } from './connection.ts';
import { isConditionFailure, send } from './failures.ts';

/** The tokens of a credential. Beside its row, as they change without anybody changing the credential. */
export interface OAuthTokens {
  /** Sealed by the vault; null while there are none. */
  readonly sealed: string | null;
  /** Of which settings these are the tokens: others mean other tokens. */
  readonly fingerprint: string;
  /** Milliseconds since 1970: when the access token runs out, and when to get the next one. Null: never. */
  readonly validUntil: number | null;
  readonly renewAt: number | null;
  /** Why there were no new ones, and until when nobody asks again; null: until somebody connects the credential again. */
  readonly problem: { readonly reason: string; readonly until: number | null } | null;
}

const keyOf = (credentialId: string) => ({ pk: `oauth#${credentialId}`, sk: 'tokens' });
const NO_TOKENS: OAuthTokens = {
  sealed: null,
  fingerprint: '',
  validUntil: null,
  renewAt: null,
  problem: null,
};
const LEASE_NAMES = { '#by': 'leaseBy', '#until': 'leaseUntil' };

/** Tokens, and the lease under which one of many processes renews them. */
export const makeOAuthTokenStore = ({ document, table: TableName, clock }: StoreConnection) => ({
  get: async (credentialId: string): Promise<OAuthTokens | null> => {
    const { Item } = await send(() =>
      document.send(new GetCommand({ TableName, Key: keyOf(credentialId), ConsistentRead: true })),
    );
    return Item?.tokens ? (Item.tokens as OAuthTokens) : null;
  },

  /** The tokens there are, and the right to renew them until then; null while somebody else has it. */
  lease: async (credentialId: string, holder: string, until: number): Promise<OAuthTokens | null> => {
    try {
      const { Attributes } = await send(() =>
        document.send(
          new UpdateCommand({
            TableName,
            Key: keyOf(credentialId),
            UpdateExpression: 'SET #by = :by, #until = :until',
            ConditionExpression: 'attribute_not_exists(#until) OR #until <= :now',
            ExpressionAttributeNames: LEASE_NAMES,
            ExpressionAttributeValues: { ':by': holder, ':until': until, ':now': clock.now() },
            ReturnValues: 'ALL_NEW',
          }),
        ),
      );
      return (Attributes?.tokens as OAuthTokens | undefined) ?? NO_TOKENS;
    } catch (error) {
      if (isConditionFailure(error)) return null;
      throw error;
    }
  },

  /** Keeps what the holder of the lease has got, and gives the lease back. Nothing when it was taken away or the credential is gone. */
  settle: async (credentialId: string, holder: string, tokens: OAuthTokens): Promise<void> => {
    try {
      await send(() =>
        document.send(
          new UpdateCommand({
            TableName,
            Key: keyOf(credentialId),
            UpdateExpression: 'SET #tokens = :tokens REMOVE #by, #until',
            ConditionExpression: '#by = :by',
            ExpressionAttributeNames: { ...LEASE_NAMES, '#tokens': 'tokens' },
            ExpressionAttributeValues: { ':by': holder, ':tokens': tokens },
          }),
        ),
      );
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
  },

  /** Puts them in place of whatever was there. */
  put: async (credentialId: string, tokens: OAuthTokens): Promise<void> => {
    await send(() => document.send(new PutCommand({ TableName, Item: { ...keyOf(credentialId), tokens } })));
  },

  remove: async (credentialId: string): Promise<void> => {
    await send(() => document.send(new DeleteCommand({ TableName, Key: keyOf(credentialId) })));
  },
});
