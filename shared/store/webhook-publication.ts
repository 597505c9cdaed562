import { randomBytes } from 'node:crypto';
import { hashSecret, newSecret } from '../auth/secret.ts';
import { AppError } from '../errors.ts';
import type { Row } from './rows.ts';
import type { HookMethod, WebhookRecord } from './webhook-row.ts';

/** What a trigger node asks for, for one of its methods. */
export type NewWebhook = Pick<
  WebhookRecord,
  'nodeId' | 'path' | 'method' | 'responseMode' | 'authentication' | 'settings'
> & { readonly slug: string | null };

/** The publication that a webhook is part of. */
export type Target = Pick<
  WebhookRecord,
  'workflowId' | 'ownerId' | 'workflowVersionId' | 'version' | 'lifetime'
>;

export type WebhookColumns = Omit<WebhookRecord, keyof Row>;

interface RoutePlan {
  /** Null for one that is new. */
  readonly before: WebhookRecord | null;
  readonly after: WebhookColumns;
  /** Made with it, and never to be had again. */
  readonly token: string | null;
}

const SLUG_MARK = '~';

/** 144 bits: an address nobody guesses. */
export const randomHookId = (): string => randomBytes(18).toString('base64url');

/** The address of a slug: it begins with its owner's namespace, so that nobody takes another's. */
export const slugHookId = (ownerId: string, slug: string): string =>
  `${ownerId.slice(ownerId.indexOf('_') + 1)}${SLUG_MARK}${slug}`;

export const slugOf = (hookId: string): string | null => hookId.split(SLUG_MARK)[1] ?? null;

/** A token of one's own for an address; what is kept of it tells nothing. */
export const newHookToken = (): { readonly token: string; readonly hash: string } => {
  const token = newSecret('swh_');
  return { token, hash: hashSecret(token) };
};

/**
 * What becomes of a workflow's webhooks when a version is published: those of its trigger nodes are made, changed or removed, and
 * further addresses go with the node they belong to. Addresses, ids and secrets stay what they were.
 */
export const planRoutes = (
  known: readonly WebhookRecord[],
  wanted: readonly NewWebhook[],
  target: Target,
): { readonly plans: readonly RoutePlan[]; readonly removed: readonly WebhookRecord[] } => {
  const ofNodes = known.filter(({ madeBy }) => madeBy === 'node');
  const freshId = memo(randomHookId);
  const freshToken = memo(newHookToken);
  const plans = wanted.map((hook): RoutePlan => {
    const siblings = ofNodes.filter(({ nodeId }) => nodeId === hook.nodeId);
    const before = siblings.find(({ method }) => method === hook.method) ?? null;
    const heirOf = before ?? siblings[0] ?? null;
    const inherited = inheritedSecrets(hook, heirOf);
    const needsToken = hook.authentication.kind === 'token' && inherited.authToken === null;
    const made = needsToken ? freshToken(hook.nodeId) : null;
    const { slug, ...columns } = hook;
    const isEnabled = heirOf?.isEnabled ?? true;
    return {
      before,
      token: made?.token ?? null,
      after: {
        ...columns,
        ...target,
        name: null,
        madeBy: 'node',
        hookId:
          siblings.find(({ hookId }) => slugOf(hookId) === slug)?.hookId ??
          (slug === null ? freshId(hook.nodeId) : slugHookId(target.ownerId, slug)),
        authEnabled: hook.authentication.kind !== 'none',
        ...inherited,
        ...(made ? { authToken: made.hash } : {}),
        isEnabled,
        isActive: isEnabled,
      },
    };
  });
  refuseTwice(plans.map(({ after }) => after));
  const further = known
    .filter(({ madeBy }) => madeBy === 'resource')
    .map((before): RoutePlan => {
      const {
        id: _id,
        createdAt: _createdAt,
        updatedAt: _updatedAt,
        revision: _revision,
        ...columns
      } = before;
      const node = wanted.find(({ nodeId }) => nodeId === before.nodeId);
      const after = node
        ? { ...columns, ...target, responseMode: node.responseMode, settings: node.settings }
        : columns;
      return { before, token: null, after: { ...after, isActive: node !== undefined && before.isEnabled } };
    });
  return {
    plans: [...plans, ...further],
    removed: ofNodes.filter((row) => !plans.some(({ before }) => before === row)),
  };
};

/** Secrets go on as long as the way of authenticating is the same; the methods of one node share them. */
const inheritedSecrets = (
  { authentication }: NewWebhook,
  heirOf: WebhookRecord | null,
): Pick<WebhookRecord, 'authToken' | 'authSecret'> => {
  const schemeOf = (rule: WebhookRecord['authentication']) =>
    rule.kind === 'hmac' ? rule.scheme : rule.kind;
  const goesOn = heirOf && schemeOf(heirOf.authentication) === schemeOf(authentication);
  return goesOn
    ? { authToken: heirOf.authToken, authSecret: heirOf.authSecret }
    : { authToken: null, authSecret: null };
};

const refuseTwice = (routes: readonly { readonly hookId: string; readonly method: HookMethod }[]): void => {
  const twice = routes.find(({ hookId, method }, index) =>
    routes.slice(0, index).some((other) => other.hookId === hookId && other.method === method),
  );
  if (twice) throw slugTaken(twice);
};

export const slugTaken = ({
  hookId,
  method,
}: {
  readonly hookId: string;
  readonly method: HookMethod;
}): AppError =>
  new AppError(
    'resource.duplicate',
    `Another webhook of yours takes ${method} at the slug "${slugOf(hookId)}". Choose another, or another method.`,
    { errors: [{ pointer: '/slug', message: 'is taken' }] },
  );

/** One for each key. */
const memo = <T>(make: () => T): ((key: string) => T) => {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known;
  };
};
