import { Entity } from 'electrodb';
import type { WebhookAuthentication } from '../../engine/triggers/webhook-authentication.ts';
import { HOOK_METHODS, type WebhookParameters } from '../../engine/triggers/webhook-parameters.ts';
import type { StoreConnection } from './connection.ts';
import type { Lifetime } from './lifetime.ts';
import { indexBy, model } from './row-columns.ts';
import type { Row } from './rows.ts';
import { TABLE } from './table.ts';

export type HookMethod = (typeof HOOK_METHODS)[number];

const METHODS: readonly string[] = HOOK_METHODS;
export const isHookMethod = (method: string): method is HookMethod => METHODS.includes(method);

/** What a delivery must know of the trigger node. */
export type HookSettings = Omit<WebhookParameters, 'path' | 'method' | 'slug' | 'respond' | 'authentication'>;

/** A row of `webhooks`, and at once the route that a delivery looks up. */
export interface WebhookRecord extends Row {
  readonly workflowId: string;
  readonly ownerId: string;
  readonly nodeId: string;
  /** In words, for one made through its own resource. */
  readonly name: string | null;
  /** `node`: publishing keeps it in step with its trigger node. `resource`: a further address of that node. */
  readonly madeBy: 'node' | 'resource';
  /** The pattern of what follows the hook id in the address: `orders/:id`, or nothing. */
  readonly path: string;
  readonly method: HookMethod;
  readonly authEnabled: boolean;
  readonly authentication: WebhookAuthentication;
  /** A hash. */
  readonly authToken: string | null;
  /** Sealed by the vault: what signatures and passwords are checked with. */
  readonly authSecret: string | null;
  /** The first part of the address; stays with the node over republishing. */
  readonly hookId: string;
  readonly workflowVersionId: string;
  readonly version: number;
  /** Of the executions it starts. */
  readonly lifetime: Lifetime;
  readonly responseMode: 'immediately' | 'lastNode' | 'respondNode';
  readonly settings: HookSettings;
  /** What somebody wants, whatever is published. */
  readonly isEnabled: boolean;
  /** False while it is not published: the address is kept, and answers as if it were not there. */
  readonly isActive: boolean;
}

/** What stays of a webhook while its workflow changes; kept with the workflow, whose read is consistent. */
export type HookAddress = Pick<WebhookRecord, 'id' | 'nodeId' | 'method' | 'hookId' | 'madeBy'>;

export const addressOf = ({ id, nodeId, method, hookId, madeBy }: HookAddress): HookAddress => ({
  id,
  nodeId,
  method,
  hookId,
  madeBy,
});

export const webhookEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('webhook'),
      attributes: {
        id: { type: 'string', required: true },
        createdAt: { type: 'string', required: true },
        updatedAt: { type: 'string', required: true },
        revision: { type: 'number', required: true },
        workflowId: { type: 'string', required: true },
        ownerId: { type: 'string', required: true },
        nodeId: { type: 'string', required: true },
        name: { type: 'string' },
        madeBy: { type: ['node', 'resource'] as const, required: true },
        path: { type: 'string', required: true },
        method: { type: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const, required: true },
        authEnabled: { type: 'boolean', required: true },
        authentication: { type: 'any', required: true },
        authToken: { type: 'string' },
        authSecret: { type: 'string' },
        hookId: { type: 'string', required: true },
        workflowVersionId: { type: 'string', required: true },
        version: { type: 'number', required: true },
        lifetime: { type: ['short', 'long'] as const, required: true },
        responseMode: { type: ['immediately', 'lastNode', 'respondNode'] as const, required: true },
        settings: { type: 'any', required: true },
        isEnabled: { type: 'boolean', required: true },
        isActive: { type: 'boolean', required: true },
      },
      indexes: {
        primary: {
          pk: { field: TABLE.partitionKey, composite: ['hookId'], casing: 'none' },
          sk: { field: TABLE.sortKey, composite: ['method'], casing: 'none' },
        },
        byWorkflow: indexBy('gsi1', ['workflowId'], ['path', 'id']),
        byOwner: indexBy('gsi2', ['ownerId'], ['createdAt', 'id']),
      },
    },
    { client, table },
  );
