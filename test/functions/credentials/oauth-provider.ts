import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { loopback } from '../../adapters/loopback.ts';

interface Grant {
  readonly challenge: string;
  readonly redirectUri: string;
}

/** An authorization server as strict as they come: PKCE, codes for one use, and refresh tokens that end the grant when one comes twice. */
export const oauthProvider = async (options: { readonly expiresIn?: number } = {}) => {
  const codes = new Map<string, Grant>();
  const state = {
    /** Requests of each grant type. */
    asked: [] as string[],
    refreshToken: '',
    accessToken: '',
    isRevoked: false,
    /** What the token URL answers in place of its own answer. */
    answer: null as { status: number; body: string } | null,
    pauseMilliseconds: 0,
    expiresIn: options.expiresIn ?? 3_600,
  };
  const issue = (): object => {
    state.accessToken = `access-${randomUUID()}`;
    state.refreshToken = `refresh-${randomUUID()}`;
    return {
      access_token: state.accessToken,
      token_type: 'Bearer',
      expires_in: state.expiresIn,
      refresh_token: state.refreshToken,
    };
  };
  const grants: Readonly<Record<string, (form: URLSearchParams) => object | string>> = {
    authorization_code: (form) => {
      const grant = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      const fits = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri');
      return fits ? issue() : 'invalid_grant';
    },
    refresh_token: (form) => {
      if (form.get('refresh_token') !== state.refreshToken) state.isRevoked = true;
      return state.isRevoked ? 'invalid_grant' : issue();
    },
    client_credentials: () => issue(),
  };
  const clientOf = (request: IncomingMessage, form: URLSearchParams): string => {
    const basic = request.headers.authorization?.replace('Basic ', '');
    return basic
      ? Buffer.from(basic, 'base64').toString()
      : `${form.get('client_id')}:${form.get('client_secret')}`;
  };
  const server = await loopback(async (request, response) => {
    if (request.url?.startsWith('/api')) {
      const isKnown = request.headers.authorization === `Bearer ${state.accessToken}`;
      return response.writeHead(isKnown ? 200 : 401).end(JSON.stringify(request.headers));
    }
    const form = new URLSearchParams((await request.toArray()).join(''));
    const type = form.get('grant_type') ?? '';
    state.asked.push(type);
    await new Promise((resolve) => setTimeout(resolve, state.pauseMilliseconds));
    if (state.answer) return response.writeHead(state.answer.status).end(state.answer.body);
    const outcome =
      clientOf(request, form) === 'client:s3cret-of-client'
        ? (grants[type]?.(form) ?? 'invalid_request')
        : 'invalid_client';
    response
      .writeHead(typeof outcome === 'string' ? 400 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(typeof outcome === 'string' ? { error: outcome } : outcome));
  });
  return {
    ...server,
    state,
    /** What a person would do in the browser: grants access, and is sent back with a code. */
    grant: (authorizationUrl: string): string => {
      const asked = new URL(authorizationUrl).searchParams;
      const code = randomUUID();
      codes.set(code, {
        challenge: asked.get('code_challenge') ?? '',
        redirectUri: asked.get('redirect_uri') ?? '',
      });
      const back = new URL(asked.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({
        code,
        state: asked.get('state') ?? '',
        iss: server.origin,
      }).toString();
      return back.href;
    },
  };
};
