import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreConnection } from './connection.ts';
import { send, sendIf } from './failures.ts';

/** An authorization under way: what came with the user to the authorization server must come back the same. */
export interface OAuthState {
  readonly userId: string;
  readonly credentialId: string;
  /** Of the settings the credential had. */
  readonly fingerprint: string;
  readonly redirectUri: string;
  /** PKCE (RFC 7636). */
  readonly verifier: string;
  /** The hash of what the browser keeps in a cookie. */
  readonly browserHash: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

const keyOf = (stateHash: string) => ({ pk: `oauthState#${stateHash}`, sk: 'a' });

/** Authorizations under way, by the hash of their state; each is good once. */
export const makeOAuthStateStore = ({ document, table: TableName, clock }: StoreConnection) => ({
  create: async (stateHash: string, state: OAuthState): Promise<void> => {
    const Item = { ...keyOf(stateHash), state, expiresAt: Math.ceil(state.until / 1000) };
    await send(() => document.send(new PutCommand({ TableName, Item })));
  },
  get: async (stateHash: string): Promise<OAuthState | null> => {
    const { Item } = await send(() =>
      document.send(new GetCommand({ TableName, Key: keyOf(stateHash), ConsistentRead: true })),
    );
    const state = Item?.state as OAuthState | undefined;
    return state && state.until > clock.now() ? state : null;
  },
  /** True for the one caller who may go on with it. */
  take: async (stateHash: string): Promise<boolean> => {
    return sendIf(() =>
      document.send(
        new DeleteCommand({
          TableName,
          Key: keyOf(stateHash),
          ConditionExpression: 'attribute_exists(#pk)',
          ExpressionAttributeNames: { '#pk': 'pk' },
        }),
      ),
    );
  },
});
