import type { Definition, DefinitionNode } from '../../engine/definition.ts';
import { nodeTypes } from '../../engine/index.ts';
import { eventParameters } from '../../engine/triggers/event-parameters.ts';
import { cronsOf, scheduleParameters } from '../../engine/triggers/schedule-parameters.ts';
import { methodsOf, webhookParameters } from '../../engine/triggers/webhook-parameters.ts';
import { anchorsOf, storedPattern } from '../events/anchors.ts';
import type { Triggers } from '../store/publishing.ts';
import type { WantedSchedule } from '../store/schedule-publication.ts';
import type { NewSubscription } from '../store/subscriptions.ts';
import type { NewWebhook } from '../store/webhook-publication.ts';
import { triggersOf } from './triggers.ts';

/** What a definition asks for to be started by. It must be valid. */
export const publicationOf = (definition: Definition): Triggers => ({
  webhooks: nodesOf(definition, 'webhook').flatMap(webhooksOf),
  schedules: nodesOf(definition, 'schedule').flatMap(schedulesOf),
  subscriptions: nodesOf(definition, 'event').flatMap(subscriptionOf),
});

const nodesOf = (definition: Definition, kind: string): DefinitionNode[] =>
  triggersOf(definition)
    .filter((trigger) => trigger.kind === kind)
    .map(({ node }) => node);

/** With what is not said filled in. */
const completed = ({ type, parameters }: DefinitionNode): unknown =>
  nodeTypes.get(type)?.parameters.parse(parameters);

const webhooksOf = (node: DefinitionNode): NewWebhook[] => {
  const { method, path, slug, respond, authentication, ...settings } = webhookParameters.parse(
    completed(node),
  );
  return methodsOf({ method }).map((each) => ({
    nodeId: node.id,
    path,
    method: each,
    slug: slug ?? null,
    responseMode: respond,
    authentication,
    settings,
  }));
};

const schedulesOf = (node: DefinitionNode): WantedSchedule[] => {
  const { cron, timezone, overlap, catchUp, startsAt, endsAt } = scheduleParameters.parse(completed(node));
  return cronsOf({ cron }).map((cronExpression, position) => ({
    nodeId: node.id,
    position,
    cronExpression,
    timezone,
    overlap,
    catchUp,
    startsAt: utc(startsAt),
    endsAt: utc(endsAt),
  }));
};

const utc = (moment: string | undefined): string | null =>
  moment === undefined ? null : new Date(moment).toISOString();

const subscriptionOf = (node: DefinitionNode): NewSubscription => {
  const { pattern } = eventParameters.parse(completed(node));
  return { nodeId: node.id, pattern, anchors: anchorsOf(storedPattern(pattern)) };
};
