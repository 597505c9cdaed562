import type { z } from 'zod';
import { NodeError, type NodeErrorData } from '../../errors.ts';
import type { Json, JsonObject } from '../../item.ts';
import type { ResolvedCredential } from '../../ports.ts';
import { defineNode, type NodeCall, type NodeType } from '../define-node.ts';
import { callJson, type JsonCall } from '../http/json-call.ts';

/** More than a page of messages from one item is a mistake. */
const MOST_MESSAGES = 20;
const TIMEOUT_SECONDS = 30;

interface ChatNode<Parameters>
  extends Pick<NodeType<Parameters>, 'type' | 'name' | 'description' | 'icon' | 'example' | 'check'> {
  readonly credentialTypes: readonly string[];
  readonly parameters: z.ZodType<Parameters>;
  /** The parameters of which one at least is what is sent. */
  readonly says: readonly string[];
  /** The calls an item needs, in their order. Throws NodeError. */
  readonly messages: (call: NodeCall<Parameters>, credential: ResolvedCredential) => readonly Message[];
  /** What is wrong with an answer; null when nothing is. */
  readonly problem: (
    answer: ChatAnswer,
  ) => (Pick<NodeErrorData, 'code' | 'message'> & Partial<NodeErrorData>) | null;
  /** What an item becomes, from the answer to its first message. */
  readonly result: (body: Json) => JsonObject;
  /** Seconds, where the service says it in the body. */
  readonly retryAfter?: (body: Json) => number | undefined;
}

export type Message = Pick<JsonCall, 'url' | 'headers' | 'sent'> & {
  /** False where the secret is in the address. */
  readonly authenticates: boolean;
};

export interface ChatAnswer {
  readonly status: number;
  readonly body: Json;
}

/** A node that sends messages to a chat for each item: a long text as several, one after the other. */
export const defineChatNode = <Parameters>(written: ChatNode<Parameters>): NodeType<Parameters> => {
  const { messages, problem, result, retryAfter, check, says, ...about } = written;
  return defineNode({
    ...about,
    check: (parameters) => [
      ...(says.some((name) => isGiven(parameters[name]))
        ? []
        : [{ pointer: `/${says[0]}`, message: `there must be something to send: ${says.join(' or ')}` }]),
      ...(check?.(parameters) ?? []),
    ],
    category: 'Messages',
    needsCredential: true,
    mode: 'perItem',
    // The services allow few messages a second.
    concurrency: 2,
    effect: 'write',
    execute: async (call) => {
      const credential = await call.credential();
      if (!credential)
        throw new NodeError(
          'credential.missing',
          `The node needs a credential: ${about.credentialTypes.join(' or ')}.`,
        );
      const planned = messages(call, credential);
      if (planned.length > MOST_MESSAGES)
        throw new NodeError(
          'chat.tooLong',
          `The text needs ${planned.length} messages, and ${MOST_MESSAGES} are allowed.`,
        );
      const bodies: Json[] = [];
      for (const [index, { authenticates, ...message }] of planned.entries()) {
        const key = index === 0 ? call.idempotencyKey : `${call.idempotencyKey}/${index}`;
        const { ports, files, signal } = call;
        const answer = await callJson(
          { ports, files, signal, idempotencyKey: key },
          {
            ...message,
            credential: authenticates ? credential : null,
            allowedHosts: credential.allowedHosts,
            timeoutSeconds: TIMEOUT_SECONDS,
            retryAfter,
          },
        );
        const wrong = problem(answer);
        if (wrong) throw new NodeError(wrong.code, wrong.message, wrong);
        bodies.push(answer.body);
      }
      const json = result(bodies[0] ?? null);
      return {
        outputs: { main: [{ json: bodies.length > 1 ? { ...json, messages: bodies.length } : json }] },
      };
    },
  });
};

/** What an address that is a secret may be called with: it is not shown, so it is read from the credential. */
export const webhookOf = (credential: ResolvedCredential): string => String(credential.data.url);

const isGiven = (value: Json | undefined): boolean =>
  value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
