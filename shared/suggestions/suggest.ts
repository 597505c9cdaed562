import { NodeError } from '../../engine/errors.ts';
import { validateDefinition } from '../../engine/index.ts';
import type { JsonObject } from '../../engine/item.ts';
import { platformAi } from '../ai/platform-ai.ts';
import type { Platform } from '../platform.ts';
import type { AiSuggestionRecord } from '../store/ai-suggestions.ts';
import { findTemplates } from '../templates/find.ts';
import { contextOf } from '../workflows/owned-by.ts';
import { knownModels, modelProblems } from './known-models.ts';
import { withoutSecrets } from './no-secrets.ts';
import { propose } from './propose.ts';
import { readProposal } from './read-proposal.ts';
import { relevantTypes } from './relevant-types.ts';
import { patienceEnd, readSuggestion, type Suggestion } from './suggestion.ts';
import { templateNeeds } from './template-needs.ts';

const EXAMPLES = 2;
const ALTERNATIVES = 5;
const MOST_MILLISECONDS = 8 * 60_000;
/** What is left for keeping the answer, when a suggestion that was taken up again has little time. */
const KEEPING_MILLISECONDS = 10_000;

/** Finishes a pending suggestion: by its model, or without one by the template that fits best. Asked twice it does it once. */
export const finishSuggestion = async (platform: Platform, suggestionId: string): Promise<void> => {
  const { aiSuggestions } = platform.stores;
  const row = await aiSuggestions.get(suggestionId);
  if (!row) return;
  const asked = readSuggestion(row, platform.clock.now());
  if (asked.status !== 'pending') return;
  const { workflowId, modelId } = asked;
  const finished = await suggest(platform, row, { workflowId, modelId }).catch(
    (thrown: unknown): Suggestion => {
      const { code, message } = NodeError.from(thrown);
      return { status: 'failed', workflowId, modelId, error: { code, message } };
    },
  );
  // Somebody else may have finished it, or given it up.
  const isOpen = (each: AiSuggestionRecord) =>
    readSuggestion(each, platform.clock.now()).status === 'pending';
  await aiSuggestions.updateIf(row.id, isOpen, { suggestion: JSON.stringify(finished), isPending: null });
};

interface Asked {
  readonly workflowId: string | null;
  readonly modelId: string | null;
}

const suggest = async (platform: Platform, row: AiSuggestionRecord, asked: Asked): Promise<Suggestion> => {
  const { stores } = platform;
  const found = await findTemplates(stores, row.prompt, ALTERNATIVES);
  const alternatives = found.map(({ template: { id, name, description } }) => ({
    templateId: id,
    name,
    description: description ?? '',
  }));
  const owned = { stores, ownerId: row.userId, workflowId: asked.workflowId };
  const models = await knownModels(stores, row.userId);
  const validate = async (definition: unknown) => [
    ...validateDefinition(definition, await contextOf(definition, owned)).problems,
    ...modelProblems(definition, models),
  ];
  const existing = asked.workflowId === null ? null : await existingOf(platform, asked.workflowId);
  const workflowVersion = existing?.version ?? null;
  const reading = { credentialIds: new Set(existing?.credentialIds ?? []), validate };
  if (asked.modelId === null) {
    const [best] = found;
    if (!best)
      throw new NodeError(
        'ai.noModel',
        'No AI model is configured, and no template fits. Name the services and what should happen, or add a model.',
      );
    const { name, description, definition } = best.template;
    const explanation = `${description ?? name} This is a template: no AI model is configured, so it was found by its words.`;
    const read = await readProposal(
      {
        name,
        explanation,
        definition: definition as JsonObject,
        needs: templateNeeds(best.template).map((need) => ({ ...need })),
      },
      reading,
    );
    if ('complaint' in read) throw new NodeError('ai.failed', read.complaint);
    return {
      ...asked,
      ...read.proposal,
      status: 'ready',
      source: 'template',
      templateId: best.template.id,
      workflowVersion,
      costUsd: null,
      alternatives: alternatives.slice(1),
    };
  }
  const examples = found.slice(0, EXAMPLES).map(({ template: { name, description, definition } }) => ({
    name,
    description: description ?? '',
    definition,
  }));
  const { proposal, costUsd } = await propose({
    ai: platformAi(platform, row.userId),
    model: asked.modelId,
    prompt: row.prompt,
    existing,
    grounding: {
      types: relevantTypes(row.prompt, existing?.definition ?? found[0]?.template.definition ?? null),
      models,
      examples,
    },
    reading,
    signal: AbortSignal.timeout(timeFor(row, platform.clock.now())),
  });
  return {
    ...asked,
    ...proposal,
    status: 'ready',
    source: 'model',
    templateId: null,
    workflowVersion,
    costUsd,
    alternatives,
  };
};

const timeFor = (row: AiSuggestionRecord, now: number): number =>
  Math.max(0, Math.min(MOST_MILLISECONDS, patienceEnd(row) - now - KEEPING_MILLISECONDS));

const existingOf = async ({ stores }: Platform, workflowId: string) => {
  const workflow = await stores.workflows.get(workflowId);
  const version = workflow && (await stores.workflowVersions.get(workflow.id, workflow.version));
  if (!version) throw new NodeError('ai.failed', 'The workflow to change has been deleted.');
  const nodes = version.definition.nodes.map(({ pinnedItems: _pinned, ...node }) => node);
  // A key that somebody wrote into a parameter is nothing for a model either.
  const { definition } = withoutSecrets({ ...version.definition, nodes } as unknown as JsonObject);
  const credentialIds = nodes.flatMap(({ credentialId }) =>
    credentialId === undefined ? [] : [credentialId],
  );
  return { name: workflow.name, version: version.version, definition, credentialIds };
};
