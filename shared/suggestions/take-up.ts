import { currentOperations } from '../operations/current.ts';
import type { Platform } from '../platform.ts';
import type { AiSuggestionRecord } from '../store/ai-suggestions.ts';
import { lost, readSuggestion, type Suggestion } from './suggestion.ts';

type World = Pick<Platform, 'stores' | 'suggester' | 'clock'>;

const PAGE = 100;

/**
 * Begins again what was under way when an earlier life of the process that does it ended: the model is asked anew. One that is
 * interrupted a second time may be the reason, and is given up. Nothing is begun while the table is held.
 */
export const takeUpSuggestions = async (world: World): Promise<void> => {
  const { stores, clock } = world;
  const { hold } = await currentOperations({ stores, now: clock.now() });
  if (hold) return;
  let cursor: string | undefined;
  do {
    const page = await stores.aiSuggestions.listPending({ limit: PAGE, cursor, caller: 'system' });
    for (const row of page.data) await takeUp(world, row);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
};

const takeUp = async ({ stores, suggester, clock }: World, row: AiSuggestionRecord): Promise<void> => {
  const asked = readSuggestion(row, clock.now());
  const next = isNew(asked) ? { ...asked, isTakenUp: true } : givenUp(asked);
  const isPending = next.status === 'pending';
  await stores.aiSuggestions.update(
    row.id,
    { suggestion: JSON.stringify(next), isPending: isPending || null },
    row.revision,
  );
  if (isPending) await suggester.begin(row.id);
};

type Pending = Extract<Suggestion, { status: 'pending' }>;

const isNew = (asked: Suggestion): asked is Pending => asked.status === 'pending' && !asked.isTakenUp;

const givenUp = (asked: Suggestion): Suggestion =>
  asked.status === 'pending'
    ? lost(asked, 'Stepwell was stopped twice while it was at work on this. Ask again.')
    : asked;
