import { definitionSchema } from '../../engine/definition.ts';
import type { Caller } from '../../shared/auth/caller.ts';
import { applySuggestion } from '../../shared/contracts/ai.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { makeRoomFor } from '../../shared/operations/room-for.ts';
import type { Platform } from '../../shared/platform.ts';
import { readSuggestion, type Suggestion } from '../../shared/suggestions/suggestion.ts';
import { ownedBy, writableWorkflow } from '../../shared/workflows/access.ts';
import { draftOf } from '../../shared/workflows/draft.ts';
import { ownSuggestion } from './own-suggestion.ts';

export const apply = defineHandler(applySuggestion, async ({ params, body, caller, platform }) => {
  const row = await ownSuggestion({ caller, platform }, params.suggestionId);
  const suggestion = readSuggestion(row, platform.clock.now());
  if (suggestion.status !== 'ready') throw cannot(`it is ${suggestion.status}`);
  if (suggestion.workflowId === null && body.expectedVersion !== undefined)
    throw new AppError('request.invalid', 'The suggestion is for a new workflow.', {
      errors: [{ pointer: '/expectedVersion', message: 'must be left out: there is no version before' }],
    });
  const definition = definitionSchema.safeParse(suggestion.definition);
  if (!definition.success) throw cannot('its definition cannot even be read; see its problems');
  const appliedAt = new Date(platform.clock.now()).toISOString();
  // Claimed before anything is made: of two at once one makes a workflow.
  let isClaimed = false;
  const isFree = (each: { readonly isApplied: boolean }): boolean => {
    isClaimed = !each.isApplied;
    return isClaimed;
  };
  await platform.stores.aiSuggestions.updateIf(row.id, isFree, { isApplied: true, appliedAt });
  if (!isClaimed) throw cannot('it has been applied');
  try {
    return { body: await save({ caller, platform }, suggestion, definition.data, body) };
  } catch (error) {
    await platform.stores.aiSuggestions.update(row.id, { isApplied: false, appliedAt: null });
    throw error;
  }
});

type Ready = Extract<Suggestion, { status: 'ready' }>;

interface Chosen {
  readonly name?: string | undefined;
  readonly expectedVersion?: number | undefined;
}

const save = async (
  { caller, platform }: { readonly caller: Caller; readonly platform: Platform },
  suggestion: Ready,
  written: Parameters<typeof draftOf>[0],
  { name, expectedVersion }: Chosen,
) => {
  const { stores } = platform;
  const notes = suggestion.explanation.slice(0, 2_000);
  if (suggestion.workflowId !== null) {
    const before = await writableWorkflow({ caller, platform }, suggestion.workflowId);
    const { definition, problems } = await draftOf(written, ownedBy(platform, before));
    const changes = name === undefined ? {} : { name };
    const workflow = await stores.workflows.saveVersion(before.id, {
      definition,
      notes,
      createdBy: caller.userId,
      changes,
      check: ({ version }) => refuseOther(suggestion, version, expectedVersion),
    });
    return { workflowId: workflow.id, version: workflow.version, problems };
  }
  const { definition, problems } = await draftOf(written, {
    stores,
    ownerId: caller.userId,
    workflowId: null,
  });
  await makeRoomFor(platform, caller.userId, 'workflows');
  const columns = {
    name: name ?? suggestion.name,
    description: suggestion.explanation,
    createdBy: caller.userId,
  };
  const workflow = await stores.workflows.createWithVersion(columns, definition, notes);
  return { workflowId: workflow.id, version: workflow.version, problems };
};

/** What was saved since the suggestion was made must not be lost from sight: whoever puts it over that has to say so. */
const refuseOther = (
  { workflowId, workflowVersion }: Ready,
  version: number,
  expected: number | undefined,
): void => {
  if (version === (expected ?? workflowVersion)) return;
  const what = expected === undefined ? 'it was made for' : 'you expect';
  throw cannot(
    `${what} version ${expected ?? workflowVersion} of the workflow, which is at version ${version} now. GET /workflows/${workflowId}/versions/${workflowVersion}/diff/${version} shows what was changed; {"expectedVersion": ${version}} puts the suggestion over it`,
  );
};

const cannot = (why: string) =>
  new AppError('resource.conflict', `The suggestion cannot be applied: ${why}.`);
