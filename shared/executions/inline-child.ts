import type { SliceOutcome } from '../../engine/index.ts';
import type { ExecutionFinished } from '../../engine/interpreter/event.ts';
import type { ChildHost } from '../../engine/ports.ts';
import type { JournalWriter } from '../store/executions.ts';
import type { IdentifiedExecution } from './orchestrator.ts';

/** What the slice of a parent leaves its children. Times are milliseconds since 1970. */
export interface ChildSlice {
  readonly deadline: number;
  readonly letGoAt: number;
  readonly writer: JournalWriter;
  readonly signal: AbortSignal;
  readonly isHurried: () => boolean;
  /** Asked before an execution is stored that has not ended. False: it must not be. */
  readonly mayStore: () => Promise<boolean>;
}

interface Ran {
  readonly outcome: SliceOutcome['kind'];
  /** What it recorded as its end. */
  readonly final: ExecutionFinished | null;
  /** Where it has not ended this writer has let go of it. */
  readonly writer: string;
}

export interface InlineChildren {
  /** Whether there is time for another one. */
  readonly hasRoom: () => boolean;
  /** Runs one that nobody has accepted as far as it comes. */
  readonly run: (execution: IdentifiedExecution, host: ChildHost) => Promise<Ran>;
}

type ParentSlice = Pick<ChildSlice, 'deadline' | 'writer'> & { readonly letGoAt?: number };

interface InlineWorld {
  readonly now: () => number;
  /** The first slice of an execution that nobody has accepted, and how it ended if it did. */
  readonly begin: (
    execution: IdentifiedExecution,
    slice: ChildSlice,
  ) => Promise<{ readonly outcome: SliceOutcome; readonly final: ExecutionFinished | null }>;
  /** Told which executions run in the slices of others, once they are stored and somebody may ask to wake them. */
  readonly onInline?: ((executionId: string, isUnderWay: boolean) => void) | undefined;
}

/** From then on a child begins nothing in its parent's slice any more: what takes long has interpreters of its own. */
const SHORT_MILLISECONDS = 10_000;
/** With less left it is not begun, so that the end of the slice cuts no call that takes a usual time. */
const LEAST_MILLISECONDS = 15_000;
/** What the parent needs to hand over what has not ended by then. */
const MARGIN_MILLISECONDS = 500;

/**
 * Runs short children within the slice of their parent. A call that is under way when the child's time is up may take as
 * long as the parent's slice lasts.
 */
export const inlineChildren = (
  { now, begin, onInline }: InlineWorld,
  parent: ParentSlice,
): InlineChildren => {
  const letGoAt = (parent.letGoAt ?? parent.deadline) - MARGIN_MILLISECONDS;
  return {
    hasRoom: () => now() + LEAST_MILLISECONDS <= letGoAt,
    run: async (execution, { signal, settle, isHurried }) => {
      const { id } = execution;
      const writerId = writerFor(id, parent.writer.writerId);
      const deadline = Math.min(now() + SHORT_MILLISECONDS, parent.deadline, letGoAt);
      const writer = { ...parent.writer, writerId };
      let isKnown = false;
      const mayStore = async (): Promise<boolean> => {
        if (!(await settle())) return false;
        onInline?.(id, true);
        isKnown = true;
        return true;
      };
      try {
        const begun = await begin(execution, { deadline, letGoAt, writer, signal, isHurried, mayStore });
        return { outcome: begun.outcome.kind, final: begun.final, writer: writerId };
      } catch {
        // It goes on by itself, where whatever it was is met again and looked after.
        return { outcome: 'continue', final: null, writer: writerId };
      } finally {
        if (isKnown) onInline?.(id, false);
      }
    },
  };
};

/** Whoever takes over the lease of the parent may take over that of the child. */
const writerFor = (childId: string, parentWriter: string): string =>
  `${childId}@${parentWriter.slice(parentWriter.indexOf('@') + 1)}`;
